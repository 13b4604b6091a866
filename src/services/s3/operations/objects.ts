// PutObject, GetObject, HeadObject and their kin: one object at a time.

import { isDeepStrictEqual } from "node:util";
import { BlobMissingError, type BlobRange } from "../../../core/ports/blobs.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { newAccess } from "../access/acl.ts";
import { checkReadable, shownRestore } from "../archive/restore.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { defaultAlgorithm } from "../checksums/algorithm.ts";
import { checksumMembers } from "../checksums/checksum.ts";
import { chooseEncryption } from "../encryption/choice.ts";
import { readCustomerKey } from "../encryption/customer-key.ts";
import { shownEncryption } from "../encryption/encryption.ts";
import { checkApplies, encrypted, keysOf, protect } from "../encryption/keys.ts";
import { invalidRequest, s3Fault, unsupportedHeader } from "../faults.ts";
import { shownExpiration } from "../lifecycle/shown.ts";
import { newLock, readLock, shownLock } from "../lock/lock.ts";
import type { Input, Output } from "../model.ts";
import { checkRead, checkWrite } from "../objects/conditions.ts";
import { openPieces, partAt, piecesOf } from "../objects/content.ts";
import { checkKey, describe, shown } from "../objects/description.ts";
import { isSmall, keep, keeping, type Taken, takeBody } from "../objects/intake.ts";
import { type ObjectVersion, quoted, type StoredObject } from "../objects/object.ts";
import { contentRange, readRange } from "../objects/range.ts";
import { repeatable } from "../objects/small.ts";
import { addVersion, findObject, latestVersion } from "../objects/versions.ts";
import { checkPartNumber } from "../uploads/part-number.ts";

async function putObject(input: Input<"PutObject">, ctx: Waiting): Promise<Output<"PutObject">> {
  checkKey(input.Key);
  if (input.WriteOffsetBytes !== undefined) throw unsupportedHeader("x-amz-write-offset-bytes");
  // Only a small body can be taken twice.
  if (!isSmall(input)) return put(input, ctx, false);
  const { Body } = input;
  const body = Body === undefined || Body instanceof Uint8Array ? undefined : repeatable(Body);
  return put(input, ctx, true, body).catch((error: unknown) => {
    if (error !== outdated) throw error;
    return put(input, ctx, false, body);
  });
}

/** Thrown where the bucket asks for another encryption than its preview told. */
const outdated = new Error("The bucket has changed");

async function put(
  input: Input<"PutObject">,
  ctx: Waiting,
  previews: boolean,
  body?: ByteStream,
): Promise<Output<"PutObject">> {
  const { Key: key } = input;
  const description = describe(input);
  const look = async (tx: Transaction) => {
    const bucket = await findBucket(tx, input);
    await newAccess(tx, bucket, input);
    // Said before the body is read; it counts only at the end.
    if (namesConditions(input)) checkWrite(await latestVersion(tx, bucket, key), key, input);
    readLock(bucket, input, tx.now);
    return { bucket, choice: await chooseEncryption(tx, bucket, input) };
  };
  const { bucket: target, choice } = await (previews ? ctx.preview(look) : ctx.atomically(look));
  const protection = await protect(ctx, target, key, choice);
  const taken = await takeBody(ctx, input, { body, bucket: target, protection, fallback: defaultAlgorithm });
  const checksum = { ...taken.checksum, type: "FULL_OBJECT" } as const;
  const stored = await keeping(ctx, target, taken.held, () =>
    ctx.atomically(async (tx) => {
      const bucket = await findBucket(tx, input);
      const access = await newAccess(tx, bucket, input);
      if (
        previews &&
        !isDeepStrictEqual([bucket.id, await chooseEncryption(tx, bucket, input)], [target.id, choice])
      )
        throw outdated;
      if (namesConditions(input)) checkWrite(await latestVersion(tx, bucket, key), key, input);
      const content = await keep(inside(tx, bucket), taken.held);
      const lock = newLock(bucket, readLock(bucket, input, tx.now), tx.now);
      if (lock.lock?.retention !== undefined) checkIntegrity(input, taken);
      const { size, etag } = taken;
      const object = {
        ...description,
        ...access,
        ...encrypted(protection),
        ...lock,
        key,
        size,
        etag,
        content,
        checksum,
      };
      return { version: await addVersion(tx, bucket, object), bucket };
    }),
  );
  return {
    ETag: quoted(taken.etag),
    ...shownEncryption(protection.encryption),
    ...(input.SSEKMSEncryptionContext === undefined
      ? {}
      : { SSEKMSEncryptionContext: input.SSEKMSEncryptionContext }),
    ...checksumMembers(checksum),
    ...shownVersion(stored.bucket, stored.version),
  };
}

/** What must not be deleted must have arrived well. */
function checkIntegrity(input: Input<"PutObject">, { claimed }: Taken): void {
  if (claimed !== undefined || input.ContentMD5 !== undefined) return;
  throw invalidRequest(
    "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
  );
}

async function getObject(input: Input<"GetObject">, ctx: Waiting): Promise<Output<"GetObject">> {
  for (let attempt = 1; ; attempt++) {
    const { bucket, object, output, pieces } = await ctx.atomically(async (tx) => {
      const { bucket, object, range, output } = await look(tx, input);
      checkReadable(object, tx.now);
      return { bucket, object, output, pieces: await piecesOf(inside(tx, bucket), object, range) };
    });
    const keys = await keysOf(ctx, bucket, object.encryption, readCustomerKey(input));
    try {
      return { ...output, Body: await openPieces(ctx.blobs, pieces, keys) };
    } catch (error) {
      // Overwritten or deleted since it was looked up: whoever comes now sees what came after.
      if (!(error instanceof BlobMissingError) || attempt === 5) throw error;
    }
  }
}

async function headObject(input: Input<"HeadObject">, tx: Transaction): Promise<Output<"HeadObject">> {
  const { object, output } = await look(tx, input);
  checkApplies(object.encryption, readCustomerKey(input));
  return output;
}

interface Look {
  readonly bucket: BucketState;
  readonly object: StoredObject;
  readonly range: BlobRange | undefined;
  readonly output: Told;
}

/** What is answered of an object, in the making. */
type Told = { -readonly [M in keyof Omit<Output<"GetObject">, "Body">]: Output<"GetObject">[M] } & {
  ContentLength: number;
};

async function look(tx: Transaction, input: Input<"HeadObject">): Promise<Look> {
  checkKey(input.Key);
  if (input.PartNumber !== undefined) checkPartNumber(input.PartNumber);
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  checkRead(object, {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  });
  const { size, content, tags } = object;
  const range =
    input.PartNumber === undefined
      ? readRange(input.Range, size)
      : await partRange(tx, bucket, object, input.PartNumber, input.Range);
  const ContentLength = range === undefined ? size : range.end - range.start + 1;
  const output: Told = { ...shown(object), ContentLength };
  // Member by member, for most objects have none of these.
  if (object.lock !== undefined) Object.assign(output, shownLock(object.lock));
  if (object.restore !== undefined) Object.assign(output, shownRestore(object, tx.now));
  if (range !== undefined && size > 0) output.ContentRange = contentRange(range, size);
  // The checksum is the whole object's.
  if (input.ChecksumMode === "ENABLED" && range === undefined) {
    Object.assign(output, checksumMembers(object.checksum));
  }
  if (input.PartNumber !== undefined && "upload" in content) output.PartsCount = content.partCount;
  const tagCount = tags === undefined ? 0 : Object.keys(tags).length;
  if (tagCount > 0) output.TagCount = tagCount;
  if (bucket.versioning !== undefined) output.VersionId = object.versionId;
  Object.assign(output, await shownExpiration(tx, bucket, object));
  override(output, input);
  return { bucket, object, range, output };
}

/** A part is asked for by its position; an object that was not uploaded in parts is its own first. */
async function partRange(
  tx: Transaction,
  bucket: BucketState,
  object: StoredObject,
  position: number,
  range: string | undefined,
): Promise<BlobRange> {
  if (range !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  const part = await partAt(inside(tx, bucket), object, position);
  if (part === undefined) {
    const ActualPartCount = "upload" in object.content ? object.content.partCount : 1;
    throw s3Fault("InvalidPartNumber", { PartNumberRequested: position, ActualPartCount });
  }
  return { start: part.start, end: part.start + part.size - 1 };
}

/** What the request wants to have answered in place of what is kept. */
function override(output: Told, input: Input<"HeadObject">): void {
  if (input.ResponseCacheControl !== undefined) output.CacheControl = input.ResponseCacheControl;
  if (input.ResponseContentDisposition !== undefined) {
    output.ContentDisposition = input.ResponseContentDisposition;
  }
  if (input.ResponseContentEncoding !== undefined) output.ContentEncoding = input.ResponseContentEncoding;
  if (input.ResponseContentLanguage !== undefined) output.ContentLanguage = input.ResponseContentLanguage;
  if (input.ResponseContentType !== undefined) output.ContentType = input.ResponseContentType;
  if (input.ResponseExpires !== undefined) output.Expires = new Date(input.ResponseExpires).toUTCString();
}

/** Version ids show once versioning was set. */
export function shownVersion(bucket: BucketState, version: ObjectVersion): { readonly VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: version.versionId };
}

function namesConditions(input: Pick<Input<"PutObject">, "IfMatch" | "IfNoneMatch">): boolean {
  return input.IfMatch !== undefined || input.IfNoneMatch !== undefined;
}

export const objectOperations = {
  PutObject: { waits: putObject },
  GetObject: { waits: getObject },
  HeadObject: headObject,
} satisfies Operations<S3>;
