// Multipart uploads: begun, completed, abandoned, listed.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { newAccess } from "../access/acl.ts";
import { inside } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { checksumMembers } from "../checksums/checksum.ts";
import { chooseEncryption } from "../encryption/choice.ts";
import { type Encryption, type ShownEncryption, shownEncryption } from "../encryption/encryption.ts";
import { encrypted, protect } from "../encryption/keys.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import { removeContent, removeParts } from "../jobs.ts";
import { newLock, readLock } from "../lock/lock.ts";
import type { Input, Output } from "../model.ts";
import { checkWrite } from "../objects/conditions.ts";
import { contentOf } from "../objects/content.ts";
import { checkKey, describe } from "../objects/description.ts";
import { encoder } from "../objects/encoding-type.ts";
import { quoted } from "../objects/object.ts";
import { scanUploads } from "../objects/scan.ts";
import { addVersion, latestVersion } from "../objects/versions.ts";
import { positionOf, walk } from "../objects/walk.ts";
import { chooseChecksum } from "../uploads/checksum-choice.ts";
import { checkWhole, chooseParts, compositeEtag, wholeChecksum } from "../uploads/complete.ts";
import { findUpload, newUploadId, Upload, UploadedPart, type UploadState } from "../uploads/upload.ts";
import { hasDelimiter, limitOf } from "./list.ts";
import { shownVersion } from "./objects.ts";

async function createMultipartUpload(
  input: Input<"CreateMultipartUpload">,
  ctx: Waiting,
): Promise<Output<"CreateMultipartUpload">> {
  checkKey(input.Key);
  const description = describe(input);
  const { target, choice } = await ctx.atomically(async (tx) => {
    const target = await findBucket(tx, input);
    return { target, choice: await chooseEncryption(tx, target, input) };
  });
  const protection = await protect(ctx, target, input.Key, choice);
  const { bucket, upload } = await ctx.atomically(async (tx) => {
    const bucket = await findBucket(tx, input);
    const lock = readLock(bucket, input, tx.now);
    const upload: UploadState = {
      ...description,
      ...(lock === undefined ? {} : { lock }),
      ...(await newAccess(tx, bucket, input)),
      ...encrypted(protection),
      ...chooseChecksum(input.ChecksumAlgorithm, input.ChecksumType),
      bucketId: bucket.id,
      key: input.Key,
      id: newUploadId(tx.ids, tx.now),
      initiatedAt: tx.now,
      initiator: tx.principal.arn,
    };
    inside(tx, bucket).put(Upload, upload);
    return { bucket, upload };
  });
  return {
    Bucket: bucket.name,
    Key: input.Key,
    UploadId: upload.id,
    ...shownEncryption(upload.encryption),
    ...(upload.checksumChosen
      ? { ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType }
      : {}),
  };
}

async function completeMultipartUpload(
  input: Input<"CompleteMultipartUpload">,
  tx: Transaction,
): Promise<Output<"CompleteMultipartUpload">> {
  const { Key: key, MultipartUpload } = input;
  if (MultipartUpload === undefined) throw invalidRequest("You must specify at least one part");
  const bucket = await findBucket(tx, input);
  const upload = await findUpload(tx, bucket, key, input.UploadId);
  const listed = MultipartUpload.Parts ?? [];
  if (listed.length === 0) throw s3Fault("MalformedXML");
  if (input.ChecksumType !== undefined && input.ChecksumType !== upload.checksumType) {
    throw invalidRequest(
      `The upload was created using the ${upload.checksumType} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const there = inside(tx, bucket);
  const uploaded = await there.all(UploadedPart, [upload.id]);
  const parts = chooseParts(upload, uploaded, listed);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
  }
  const checksum = wholeChecksum(upload, parts);
  checkWhole(checksum, input);
  checkWrite(await latestVersion(tx, bucket, key), key, input);

  const chosen = new Set(parts.map((part) => part.number));
  const left = uploaded.filter((part) => !chosen.has(part.number));
  for (const part of left) {
    there.delete(UploadedPart, part.upload, part.number);
    removeContent(there, part.content);
  }
  there.delete(Upload, bucket.id, key, upload.id);
  const { headers, metadata, storageClass, tags, access } = upload;
  const version = await addVersion(tx, bucket, {
    key,
    headers,
    metadata,
    storageClass,
    ...(tags === undefined ? {} : { tags }),
    ...(access === undefined ? {} : { access }),
    ...encrypted(upload),
    ...newLock(bucket, upload.lock, tx.now),
    size,
    etag: compositeEtag(parts),
    content: contentOf(upload.id, parts),
    checksum,
  });
  return {
    Location: `${tx.endpoint}/${bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`,
    Bucket: bucket.name,
    Key: key,
    ETag: quoted(compositeEtag(parts)),
    ...shownOnCompletion(upload.encryption),
    ...checksumMembers(checksum),
    ...shownVersion(bucket, version),
  };
}

/** The answer has no members for a customer's key. */
function shownOnCompletion(encryption: Encryption | undefined): ShownEncryption {
  return encryption?.type === "customer" ? {} : shownEncryption(encryption);
}

async function abortMultipartUpload(
  input: Input<"AbortMultipartUpload">,
  tx: Transaction,
): Promise<Output<"AbortMultipartUpload">> {
  const bucket = await findBucket(tx, input);
  const upload = await findUpload(tx, bucket, input.Key, input.UploadId);
  if (input.IfMatchInitiatedTime !== undefined && input.IfMatchInitiatedTime !== upload.initiatedAt) {
    throw s3Fault("PreconditionFailed", { Condition: "x-amz-if-match-initiated-time" });
  }
  const there = inside(tx, bucket);
  there.delete(Upload, bucket.id, upload.key, upload.id);
  removeParts(there, upload.id, tx.now);
  return {};
}

async function listMultipartUploads(
  input: Input<"ListMultipartUploads">,
  tx: Transaction,
): Promise<Output<"ListMultipartUploads">> {
  const bucket = await findBucket(tx, input);
  const encode = encoder(input.EncodingType);
  // An upload-id marker means something only together with a key marker.
  const { KeyMarker, UploadIdMarker: id } = input;
  const resumes = KeyMarker !== undefined && KeyMarker !== "" && id !== undefined && id !== "";
  const limit = limitOf(input.MaxUploads, "max-uploads");
  const page = await walk(scanUploads(tx, bucket), {
    prefix: input.Prefix ?? "",
    delimiter: input.Delimiter,
    ...(resumes ? { from: `${positionOf(KeyMarker, id)}\0` } : { marker: KeyMarker }),
    limit,
  });
  const last = page.rows.at(-1);
  return {
    Bucket: bucket.name,
    Prefix: encode(input.Prefix ?? ""),
    ...(hasDelimiter(input) ? { Delimiter: encode(input.Delimiter ?? "") } : {}),
    KeyMarker: encode(KeyMarker ?? ""),
    UploadIdMarker: id ?? "",
    MaxUploads: limit,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    IsTruncated: page.truncated,
    ...(page.truncated && page.last !== undefined
      ? {
          NextKeyMarker: encode(page.last),
          ...(last?.key === page.last ? { NextUploadIdMarker: last.value().id } : {}),
        }
      : {}),
    Uploads: page.rows.map((row) => {
      const upload = row.value();
      return {
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiated: upload.initiatedAt,
        StorageClass: upload.storageClass,
        Owner: ownerOf(bucket.owner),
        Initiator: { ID: upload.initiator },
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      };
    }),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

export const uploadOperations = {
  CreateMultipartUpload: { waits: createMultipartUpload },
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListMultipartUploads: listMultipartUploads,
} satisfies Operations<S3>;
