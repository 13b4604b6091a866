// PutBucketLifecycleConfiguration and its counterparts.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { inside } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { checkRules } from "./checks.ts";
import { sweepAtMidnight, sweepBucket } from "./sweep.ts";

async function putBucketLifecycleConfiguration(
  input: Input<"PutBucketLifecycleConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketLifecycleConfiguration">> {
  const bucket = await findBucket(tx, input);
  const given = input.LifecycleConfiguration?.Rules ?? [];
  checkRules(given);
  const rules = given.map((rule) => ({
    ...rule,
    ID: rule.ID === undefined || rule.ID === "" ? tx.ids.uuid() : rule.ID,
  }));
  const smallest = input.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K";
  writeConfiguration(tx, bucket, "lifecycle", { rules, smallest });
  sweepAtMidnight(tx, bucket);
  return { TransitionDefaultMinimumObjectSize: smallest };
}

async function getBucketLifecycleConfiguration(
  input: Input<"GetBucketLifecycleConfiguration">,
  tx: Transaction,
): Promise<Output<"GetBucketLifecycleConfiguration">> {
  const bucket = await findBucket(tx, input);
  const lifecycle = await readConfiguration(tx, bucket, "lifecycle");
  if (lifecycle === undefined) throw s3Fault("NoSuchLifecycleConfiguration", { BucketName: bucket.name });
  return { Rules: lifecycle.rules, TransitionDefaultMinimumObjectSize: lifecycle.smallest };
}

async function deleteBucketLifecycle(
  input: Input<"DeleteBucketLifecycle">,
  tx: Transaction,
): Promise<Output<"DeleteBucketLifecycle">> {
  const bucket = await findBucket(tx, input);
  removeConfiguration(tx, bucket, "lifecycle");
  inside(tx, bucket).cancel(sweepBucket, bucket.id);
  return {};
}

export const lifecycleOperations = {
  PutBucketLifecycleConfiguration: putBucketLifecycleConfiguration,
  GetBucketLifecycleConfiguration: getBucketLifecycleConfiguration,
  DeleteBucketLifecycle: deleteBucketLifecycle,
} satisfies Operations<S3>;
