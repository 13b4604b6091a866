// What a multipart upload becomes: which parts are the object, in which order,
// and the entity tag and checksum that follow from theirs.

import { createHash } from "node:crypto";
import type { CompletedPart } from "../../../model/generated/s3.d.ts";
import { hasher } from "../checksums/algorithm.ts";
import { type Checksum, type ChecksumMembers, claimedChecksum, mismatch } from "../checksums/checksum.ts";
import { combineCrcs, crcForms } from "../checksums/combine.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import { names } from "../objects/conditions.ts";
import type { PartState, UploadState } from "./upload.ts";

const smallestPart = 5 * 1024 * 1024;

/** The uploaded parts that the list names, in its order. */
export function chooseParts(
  upload: UploadState,
  uploaded: readonly PartState[],
  listed: readonly CompletedPart[],
): readonly PartState[] {
  if (listed.some((each, index) => numberOf(each) <= numberOf(listed[index - 1]))) {
    throw s3Fault("InvalidPartOrder", { UploadId: upload.id });
  }
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const chosen = listed.map((each) => {
    const part = byNumber.get(numberOf(each));
    if (part === undefined || each.ETag === undefined || !names(each.ETag, part.etag)) {
      const PartNumber = numberOf(each);
      throw s3Fault("InvalidPart", { UploadId: upload.id, PartNumber, ETag: each.ETag });
    }
    checkPartChecksum(upload, part, each);
    return part;
  });
  const small = chosen.slice(0, -1).find((part) => part.size < smallestPart);
  if (small !== undefined) {
    throw s3Fault("EntityTooSmall", {
      ProposedSize: small.size,
      MinSizeAllowed: smallestPart,
      PartNumber: small.number,
      ETag: small.etag,
    });
  }
  return chosen;
}

function numberOf(part: CompletedPart | undefined): number {
  return part?.PartNumber ?? 0;
}

function checkPartChecksum(upload: UploadState, part: PartState, listed: CompletedPart): void {
  const claimed = claimedChecksum(listed);
  const { checksumAlgorithm: algorithm } = upload;
  if (claimed === undefined) {
    if (!upload.checksumChosen || upload.checksumType === "FULL_OBJECT") return;
    throw invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  if (claimed.algorithm !== algorithm || claimed.value !== part.checksum) {
    throw s3Fault("InvalidPart", { UploadId: upload.id, PartNumber: part.number, ETag: part.etag });
  }
}

/** The MD5 of the parts' MD5s, a hyphen and their number. */
export function compositeEtag(parts: readonly PartState[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(Buffer.from(part.etag, "hex"));
  return `${hash.digest("hex")}-${parts.length}`;
}

export function wholeChecksum(upload: UploadState, parts: readonly PartState[]): Checksum {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  const digests = parts.map((part) => Buffer.from(part.checksum, "base64"));
  if (type === "COMPOSITE") {
    const hash = hasher(algorithm);
    for (const digest of digests) hash.update(digest);
    const value = `${Buffer.from(hash.digest()).toString("base64")}-${parts.length}`;
    return { algorithm, type, value };
  }
  const form = crcForms[algorithm as keyof typeof crcForms];
  const pieces = parts.map((part, index) => ({
    crc: BigInt(`0x${digests[index]!.toString("hex")}`),
    length: part.size,
  }));
  const hexadecimal = combineCrcs(form, pieces)
    .toString(16)
    .padStart(Number(form.width) / 4, "0");
  return { algorithm, type, value: Buffer.from(hexadecimal, "hex").toString("base64") };
}

/** Compares with what the request claims of the whole; the number of parts may be left out. */
export function checkWhole(checksum: Checksum, input: ChecksumMembers): void {
  const claimed = claimedChecksum(input);
  if (claimed === undefined) return;
  if (claimed.algorithm !== checksum.algorithm) throw mismatch(claimed.algorithm);
  const { value } = checksum;
  const withoutCount = checksum.type === "COMPOSITE" ? value.slice(0, value.lastIndexOf("-")) : value;
  if (claimed.value !== value && claimed.value !== withoutCount) throw mismatch(claimed.algorithm);
}
