// The parts of a multipart upload: sent, copied from another object, listed.

import { BlobMissingError } from "../../../core/ports/blobs.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { inside } from "../buckets/bucket.ts";
import { type BucketRequest, findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { valueMember } from "../checksums/checksum.ts";
import { invalidArgument, invalidRequest, unsupported } from "../faults.ts";
import { removeBlobs } from "../jobs.ts";
import type { Input, Output } from "../model.ts";
import { readContent } from "../objects/content.ts";
import { type BodyInput, digestOf, keeping, type Taken, takeBody } from "../objects/intake.ts";
import { quoted, wholeSeconds } from "../objects/object.ts";
import { findUpload, type PartState, UploadedPart, type UploadState } from "../uploads/upload.ts";
import { findSource } from "./copy.ts";
import { limitOf } from "./list.ts";

const highestNumber = 10_000;

interface PartRequest extends BucketRequest {
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
}

async function uploadPart(input: Input<"UploadPart">, ctx: Waiting): Promise<Output<"UploadPart">> {
  if (input.SSECustomerAlgorithm !== undefined) throw unsupported("encryption with customer-provided keys");
  checkNumber(input.PartNumber);
  const upload = await ctx.atomically((tx) => uploadOf(tx, input));
  const taken = await takePart(ctx, input, upload);
  await addPart(ctx, input, taken);
  return {
    ETag: quoted(taken.md5),
    ServerSideEncryption: "AES256",
    ...(upload.checksumChosen ? valueMember(taken.checksum) : {}),
  };
}

/** Takes the part in with the checksum that the upload needs, which need not be the one that was sent. */
async function takePart(ctx: Waiting, input: BodyInput, upload: UploadState): Promise<Taken> {
  const taken = await takeBody(ctx, input, upload.checksumAlgorithm);
  const { blob, checksum, claimed } = taken;
  const algorithm = upload.checksumAlgorithm;
  // Parts need a checksum of their own only where the whole's is made of theirs.
  const needed = upload.checksumChosen && upload.checksumType === "COMPOSITE";
  if (checksum.algorithm === algorithm && (claimed || !needed)) return taken;
  return keeping(ctx.blobs, blob, async () => {
    if (upload.checksumChosen) {
      const sent = claimed ? checksum.algorithm.toLowerCase() : "null";
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${sent}`,
      );
    }
    return { ...taken, checksum: { algorithm, value: await digestOf(ctx.blobs, blob.id, algorithm) } };
  });
}

async function addPart(ctx: Waiting, input: PartRequest, taken: Taken): Promise<PartState> {
  const { blob, md5 } = taken;
  return keeping(ctx.blobs, blob, async () => {
    return ctx.atomically(async (tx) => {
      const bucket = await findBucket(tx, input);
      const upload = await findUpload(tx, bucket, input.Key, input.UploadId);
      const there = inside(tx, bucket);
      const before = await there.get(UploadedPart, upload.id, input.PartNumber);
      if (before !== undefined) removeBlobs(there, [before.blob]);
      const part: PartState = {
        upload: upload.id,
        number: input.PartNumber,
        blob: blob.id,
        size: blob.size,
        etag: md5,
        checksum: taken.checksum.value,
        modifiedAt: wholeSeconds(tx.now),
      };
      there.put(UploadedPart, part);
      return part;
    });
  });
}

async function uploadPartCopy(
  input: Input<"UploadPartCopy">,
  ctx: Waiting,
): Promise<Output<"UploadPartCopy">> {
  checkNumber(input.PartNumber);
  for (let attempt = 1; ; attempt++) {
    try {
      return await copyPart(input, ctx);
    } catch (error) {
      if (!(error instanceof BlobMissingError) || attempt === 5) throw error;
    }
  }
}

async function copyPart(input: Input<"UploadPartCopy">, ctx: Waiting): Promise<Output<"UploadPartCopy">> {
  const { upload, source } = await ctx.atomically(async (tx) => ({
    upload: await uploadOf(tx, input),
    source: await findSource(tx, input),
  }));
  const { bucket, object } = source;
  const range = sourceRange(input.CopySourceRange, object.size);
  const Body = await readContent(ctx, bucket, object, range);
  const taken = await takeBody(ctx, { Body }, upload.checksumAlgorithm);
  const part = await addPart(ctx, input, taken);
  return {
    CopyPartResult: {
      ETag: quoted(part.etag),
      LastModified: part.modifiedAt,
      ...(upload.checksumChosen ? valueMember(taken.checksum) : {}),
    },
    ServerSideEncryption: "AES256",
    ...(bucket.versioning === undefined ? {} : { CopySourceVersionId: object.versionId }),
  };
}

/** `bytes=0-9`, both ends given and within the source. */
function sourceRange(
  text: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  if (text === undefined) return undefined;
  const found = /^bytes=(\d+)-(\d+)$/.exec(text);
  const start = Number(found?.[1]);
  const end = Number(found?.[2]);
  if (found === null || start > end) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      text,
    );
  }
  if (end >= size) {
    const message = `Range specified is not valid for source object of size: ${size}`;
    throw invalidArgument(message, "x-amz-copy-source-range", text);
  }
  return { start, end };
}

async function listParts(input: Input<"ListParts">, tx: Transaction): Promise<Output<"ListParts">> {
  const bucket = await findBucket(tx, input);
  const upload = await findUpload(tx, bucket, input.Key, input.UploadId);
  const limit = limitOf(input.MaxParts, "max-parts");
  const marker = input.PartNumberMarker ?? 0;
  const all = await inside(tx, bucket).all(UploadedPart, [upload.id]);
  const after = all.filter((part) => part.number > Number(marker));
  const page = after.slice(0, limit);
  const algorithm = upload.checksumAlgorithm;
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: after.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.modifiedAt,
      ETag: quoted(part.etag),
      Size: part.size,
      ...valueMember({ algorithm, value: part.checksum }),
    })),
    Initiator: { ID: upload.initiator },
    Owner: ownerOf(bucket.owner),
    StorageClass: upload.storageClass,
    ChecksumAlgorithm: algorithm,
    ChecksumType: upload.checksumType,
  };
}

async function uploadOf(tx: Transaction, input: PartRequest): Promise<UploadState> {
  const bucket = await findBucket(tx, input);
  return findUpload(tx, bucket, input.Key, input.UploadId);
}

function checkNumber(number: number): void {
  if (number >= 1 && number <= highestNumber) return;
  const message = `Part number must be an integer between 1 and ${highestNumber}, inclusive`;
  throw invalidArgument(message, "partNumber", number);
}

export const partOperations = {
  UploadPart: { waits: uploadPart },
  UploadPartCopy: { waits: uploadPartCopy },
  ListParts: listParts,
} satisfies Operations<S3>;
