// The parts of a multipart upload: sent, copied from another object, listed.

import { BlobMissingError } from "../../../core/ports/blobs.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { type BucketRequest, findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { valueMember } from "../checksums/checksum.ts";
import { type CustomerKeyInput, isSameKey, readCustomerKey } from "../encryption/customer-key.ts";
import { readSourceKey, shownEncryption } from "../encryption/encryption.ts";
import { encrypted, keysOf, type Protection } from "../encryption/keys.ts";
import { invalidArgument, invalidRequest } from "../faults.ts";
import { removeContent } from "../jobs.ts";
import type { Input, Output } from "../model.ts";
import { openPieces, piecesOf } from "../objects/content.ts";
import { type BodyInput, keep, keeping, type Taken, takeBody } from "../objects/intake.ts";
import { quoted, wholeSeconds } from "../objects/object.ts";
import { checkPartNumber } from "../uploads/part-number.ts";
import { findUpload, type PartState, UploadedPart, type UploadState } from "../uploads/upload.ts";
import { findSource } from "./copy.ts";
import { limitOf } from "./list.ts";

interface PartRequest extends BucketRequest {
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
}

async function uploadPart(input: Input<"UploadPart">, ctx: Waiting): Promise<Output<"UploadPart">> {
  checkPartNumber(input.PartNumber);
  const { bucket, upload } = await ctx.atomically((tx) => uploadOf(tx, input));
  const protection = await protectionOf(ctx, bucket, upload, input);
  const taken = await takePart(ctx, bucket, input, upload, protection);
  await addPart(ctx, bucket, input, taken);
  return {
    ETag: quoted(taken.etag),
    ...shownEncryption(upload.encryption),
    ...(upload.checksumChosen ? valueMember(taken.checksum) : {}),
  };
}

/** A part is encrypted as its upload is; a customer's key comes with each. */
async function protectionOf(
  ctx: Waiting,
  bucket: BucketState,
  upload: UploadState,
  input: CustomerKeyInput,
): Promise<Protection> {
  const key = readCustomerKey(input);
  const { encryption } = upload;
  if (encryption?.type === "customer") {
    if (key === undefined) {
      throw invalidRequest(
        "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
      );
    }
    if (!isSameKey(encryption, key)) {
      throw invalidRequest("The provided encryption parameters did not match the ones used originally.");
    }
  }
  return { ...encrypted(upload), keys: await keysOf(ctx, bucket, encryption, key) };
}

/** Takes the part in with the checksum that the upload needs, which need not be the one that was sent. */
async function takePart(
  ctx: Waiting,
  bucket: BucketState,
  input: BodyInput,
  upload: UploadState,
  protection: Protection,
): Promise<Taken> {
  const algorithm = upload.checksumAlgorithm;
  const taken = await takeBody(ctx, input, { bucket, protection, fallback: algorithm, needed: algorithm });
  const { claimed } = taken;
  // Parts need a checksum of their own only where the whole's is made of theirs.
  const needed = upload.checksumChosen && upload.checksumType === "COMPOSITE";
  if (claimed === algorithm || !upload.checksumChosen || (claimed === undefined && !needed)) return taken;
  return keeping(ctx, bucket, taken.held, async () => {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${claimed?.toLowerCase() ?? "null"}`,
    );
  });
}

async function addPart(ctx: Waiting, at: BucketState, input: PartRequest, taken: Taken): Promise<PartState> {
  return keeping(ctx, at, taken.held, async () => {
    return ctx.atomically(async (tx) => {
      const bucket = await findBucket(tx, input);
      const upload = await findUpload(tx, bucket, input.Key, input.UploadId);
      const there = inside(tx, bucket);
      const before = await there.get(UploadedPart, upload.id, input.PartNumber);
      if (before !== undefined) removeContent(there, before.content);
      const part: PartState = {
        upload: upload.id,
        number: input.PartNumber,
        content: await keep(there, taken.held),
        size: taken.size,
        etag: taken.etag,
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
  checkPartNumber(input.PartNumber);
  for (let attempt = 1; ; attempt++) {
    try {
      return await copyPart(input, ctx);
    } catch (error) {
      if (!(error instanceof BlobMissingError) || attempt === 5) throw error;
    }
  }
}

async function copyPart(input: Input<"UploadPartCopy">, ctx: Waiting): Promise<Output<"UploadPartCopy">> {
  const { target, upload, source, pieces } = await ctx.atomically(async (tx) => {
    const { bucket, upload } = await uploadOf(tx, input);
    const source = await findSource(tx, input);
    const range = sourceRange(input.CopySourceRange, source.object.size);
    const pieces = await piecesOf(inside(tx, source.bucket), source.object, range);
    return { target: bucket, upload, source, pieces };
  });
  const { bucket, object } = source;
  const keys = await keysOf(ctx, bucket, object.encryption, readSourceKey(input));
  const protection = await protectionOf(ctx, target, upload, input);
  const Body = await openPieces(ctx.blobs, pieces, keys);
  const fallback = upload.checksumAlgorithm;
  const taken = await takeBody(ctx, { Body }, { bucket: target, protection, fallback });
  const part = await addPart(ctx, target, input, taken);
  return {
    CopyPartResult: {
      ETag: quoted(part.etag),
      LastModified: part.modifiedAt,
      ...(upload.checksumChosen ? valueMember(taken.checksum) : {}),
    },
    ...shownEncryption(upload.encryption),
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

async function uploadOf(
  tx: Transaction,
  input: PartRequest,
): Promise<{ readonly bucket: BucketState; readonly upload: UploadState }> {
  const bucket = await findBucket(tx, input);
  return { bucket, upload: await findUpload(tx, bucket, input.Key, input.UploadId) };
}

export const partOperations = {
  UploadPart: { waits: uploadPart },
  UploadPartCopy: { waits: uploadPartCopy },
  ListParts: listParts,
} satisfies Operations<S3>;
