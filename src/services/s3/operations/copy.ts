// CopyObject: the bytes are read and written anew, so that the copy outlives
// its source; and the source of UploadPartCopy, which is named the same way.

import { BlobMissingError } from "../../../core/ports/blobs.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { newAccess } from "../access/acl.ts";
import { checkReadable } from "../archive/restore.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { findAnywhere, findBucket } from "../buckets/find.ts";
import { supported } from "../checksums/algorithm.ts";
import { checksumMembers } from "../checksums/checksum.ts";
import { chooseEncryption } from "../encryption/choice.ts";
import { readSourceKey, shownEncryption } from "../encryption/encryption.ts";
import { encrypted, keysOf, protect } from "../encryption/keys.ts";
import { invalidRequest } from "../faults.ts";
import { newLock, readLock } from "../lock/lock.ts";
import type { Input, Output } from "../model.ts";
import { checkRead, checkWrite } from "../objects/conditions.ts";
import { openPieces, piecesOf } from "../objects/content.ts";
import { parseSource } from "../objects/copy-source.ts";
import { checkKey, describe } from "../objects/description.ts";
import { keep, keeping, takeBody } from "../objects/intake.ts";
import { type ObjectDescription, quoted, type StoredObject } from "../objects/object.ts";
import { addVersion, findObject, latestVersion } from "../objects/versions.ts";
import { tagsFromHeader } from "../tags.ts";
import { shownVersion } from "./objects.ts";

const largestCopy = 5 * 1024 ** 3;

export interface Source {
  readonly bucket: BucketState;
  readonly object: StoredObject;
}

type SourceInput = Pick<
  Input<"CopyObject">,
  | "CopySource"
  | "CopySourceIfMatch"
  | "CopySourceIfModifiedSince"
  | "CopySourceIfNoneMatch"
  | "CopySourceIfUnmodifiedSince"
  | "ExpectedSourceBucketOwner"
>;

export async function findSource(tx: Transaction, input: SourceInput): Promise<Source> {
  const { bucketName, key, versionId } = parseSource(input.CopySource);
  const wanted = {
    Bucket: bucketName,
    Key: key,
    VersionId: versionId,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  };
  const bucket = await findAnywhere(tx, wanted, "GetObject");
  const object = await findObject(tx, bucket, key, versionId);
  checkRead(
    object,
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    true,
  );
  checkReadable(object, tx.now, "Operation is not valid for the source object's storage class");
  return { bucket, object };
}

async function copyObject(input: Input<"CopyObject">, ctx: Waiting): Promise<Output<"CopyObject">> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await copyOnce(input, ctx);
    } catch (error) {
      // The source was overwritten between the look and the reading: the copy is of what is there now.
      if (!(error instanceof BlobMissingError) || attempt === 5) throw error;
    }
  }
}

async function copyOnce(input: Input<"CopyObject">, ctx: Waiting): Promise<Output<"CopyObject">> {
  const { Key: key } = input;
  checkKey(key);
  const { target, source, pieces, description, choice } = await ctx.atomically(async (tx) => {
    const target = await findBucket(tx, input);
    const found = await findSource(tx, input);
    if (found.object.size > largestCopy) {
      throw invalidRequest(
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
      );
    }
    const access = await newAccess(tx, target, input);
    if (changesNothing(input, target, found)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const pieces = await piecesOf(inside(tx, found.bucket), found.object);
    return {
      target,
      source: found,
      pieces,
      description: { ...copyDescription(input, found.object), ...access },
      choice: await chooseEncryption(tx, target, input),
    };
  });
  const { bucket: sourceBucket, object } = source;
  const keys = await keysOf(ctx, sourceBucket, object.encryption, readSourceKey(input));
  const protection = await protect(ctx, target, key, choice);
  const algorithm =
    input.ChecksumAlgorithm === undefined ? object.checksum.algorithm : supported(input.ChecksumAlgorithm);
  const Body = await openPieces(ctx.blobs, pieces, keys);
  const taken = await takeBody(ctx, { Body }, { bucket: target, protection, fallback: algorithm });
  const checksum = { ...taken.checksum, type: "FULL_OBJECT" } as const;
  const { bucket, version } = await keeping(ctx, target, taken.held, () =>
    ctx.atomically(async (tx) => {
      const bucket = await findBucket(tx, input);
      checkWrite(await latestVersion(tx, bucket, key), key, input);
      const content = await keep(inside(tx, bucket), taken.held);
      const lock = newLock(bucket, readLock(bucket, input, tx.now), tx.now);
      const { size, etag } = taken;
      const copy = { ...description, ...encrypted(protection), ...lock, key, size, etag, content, checksum };
      return { bucket, version: await addVersion(tx, bucket, copy) };
    }),
  );
  return {
    CopyObjectResult: {
      ETag: quoted(taken.etag),
      LastModified: version.modifiedAt,
      ...checksumMembers(checksum),
    },
    ...shownEncryption(protection.encryption),
    ...(input.SSEKMSEncryptionContext === undefined
      ? {}
      : { SSEKMSEncryptionContext: input.SSEKMSEncryptionContext }),
    ...(sourceBucket.versioning === undefined ? {} : { CopySourceVersionId: object.versionId }),
    ...shownVersion(bucket, version),
  };
}

/** The source's own description or the request's; tags are decided apart, and the storage class is never copied. */
function copyDescription(input: Input<"CopyObject">, object: StoredObject): ObjectDescription {
  const { Tagging, ...others } = input;
  const asked = describe(others);
  const replaces = input.MetadataDirective === "REPLACE";
  const tags = input.TaggingDirective === "REPLACE" ? tagsFromHeader(Tagging ?? "") : object.tags;
  const { WebsiteRedirectLocation: _not, ...headers } = object.headers;
  const redirect = asked.headers.WebsiteRedirectLocation;
  return {
    headers: replaces
      ? asked.headers
      : { ...headers, ...(redirect === undefined ? {} : { WebsiteRedirectLocation: redirect }) },
    metadata: replaces ? asked.metadata : object.metadata,
    storageClass: asked.storageClass,
    ...(tags === undefined ? {} : { tags }),
  };
}

function changesNothing(input: Input<"CopyObject">, target: BucketState, source: Source): boolean {
  const { object } = source;
  return (
    target.id === source.bucket.id &&
    input.Key === object.key &&
    !input.CopySource.includes("?versionId=") &&
    input.MetadataDirective !== "REPLACE" &&
    (input.StorageClass ?? "STANDARD") === object.storageClass &&
    input.WebsiteRedirectLocation === undefined &&
    input.ServerSideEncryption === undefined &&
    input.SSECustomerAlgorithm === undefined &&
    input.ChecksumAlgorithm === undefined
  );
}

export const copyOperations = {
  CopyObject: { waits: copyObject },
} satisfies Operations<S3>;
