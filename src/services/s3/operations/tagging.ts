// Tags of buckets and of object versions.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { announce } from "../notifications/happening.ts";
import { findObject } from "../objects/versions.ts";
import { changeObject } from "../replication/change.ts";
import { mostBucketTags, mostObjectTags, tagSet, tagsFrom } from "../tags.ts";
import { shownVersion } from "./objects.ts";

async function putBucketTagging(
  input: Input<"PutBucketTagging">,
  tx: Transaction,
): Promise<Output<"PutBucketTagging">> {
  const bucket = await findBucket(tx, input);
  tx.put(Bucket, { ...bucket, tags: tagsFrom(input.Tagging.TagSet, mostBucketTags) });
  return {};
}

async function getBucketTagging(
  input: Input<"GetBucketTagging">,
  tx: Transaction,
): Promise<Output<"GetBucketTagging">> {
  const { name, tags = {} } = await findBucket(tx, input);
  if (Object.keys(tags).length === 0) throw s3Fault("NoSuchTagSet", { BucketName: name });
  return { TagSet: tagSet(tags) };
}

async function deleteBucketTagging(
  input: Input<"DeleteBucketTagging">,
  tx: Transaction,
): Promise<Output<"DeleteBucketTagging">> {
  const { tags: _tags, ...bucket } = await findBucket(tx, input);
  tx.put(Bucket, bucket);
  return {};
}

async function putObjectTagging(
  input: Input<"PutObjectTagging">,
  tx: Transaction,
): Promise<Output<"PutObjectTagging">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  const tagged = { ...object, tags: tagsFrom(input.Tagging.TagSet, mostObjectTags) };
  await changeObject(tx, bucket, object, tagged);
  await announce(tx, bucket, { name: "ObjectTagging:Put", version: tagged });
  return shownVersion(bucket, object);
}

async function getObjectTagging(
  input: Input<"GetObjectTagging">,
  tx: Transaction,
): Promise<Output<"GetObjectTagging">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  return { TagSet: tagSet(object.tags ?? {}), ...shownVersion(bucket, object) };
}

async function deleteObjectTagging(
  input: Input<"DeleteObjectTagging">,
  tx: Transaction,
): Promise<Output<"DeleteObjectTagging">> {
  const bucket = await findBucket(tx, input);
  const tagged = await findObject(tx, bucket, input.Key, input.VersionId);
  const { tags: _tags, ...object } = tagged;
  await changeObject(tx, bucket, tagged, object);
  await announce(tx, bucket, { name: "ObjectTagging:Delete", version: object });
  return shownVersion(bucket, object);
}

export const taggingOperations = {
  PutBucketTagging: putBucketTagging,
  GetBucketTagging: getBucketTagging,
  DeleteBucketTagging: deleteBucketTagging,
  PutObjectTagging: putObjectTagging,
  GetObjectTagging: getObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
} satisfies Operations<S3>;
