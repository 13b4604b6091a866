// PutBucketLogging and its counterpart.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";

async function putBucketLogging(
  input: Input<"PutBucketLogging">,
  tx: Transaction,
): Promise<Output<"PutBucketLogging">> {
  const bucket = await findBucket(tx, input);
  const logging = input.BucketLoggingStatus.LoggingEnabled;
  if (logging === undefined) {
    removeConfiguration(tx, bucket, "logging");
    return {};
  }
  if ((logging.TargetGrants ?? []).length > 0) throw unsupported("grants on server access logs");
  const target = await tx.get(Bucket, logging.TargetBucket);
  const fields = { TargetBucket: logging.TargetBucket };
  if (target === undefined) throw s3Fault("InvalidTargetBucketForLogging", fields);
  if (target.owner !== bucket.owner) {
    throw s3Fault(
      "InvalidTargetBucketForLogging",
      fields,
      "The owner for the bucket to be logged and the target bucket must be the same.",
    );
  }
  if (target.region !== bucket.region) {
    throw s3Fault("CrossLocationLoggingProhibitted", {
      SourceBucketLocation: bucket.region,
      TargetBucketLocation: target.region,
    });
  }
  writeConfiguration(tx, bucket, "logging", logging);
  return {};
}

async function getBucketLogging(
  input: Input<"GetBucketLogging">,
  tx: Transaction,
): Promise<Output<"GetBucketLogging">> {
  const logging = await readConfiguration(tx, await findBucket(tx, input), "logging");
  return logging === undefined ? {} : { LoggingEnabled: logging };
}

export const loggingOperations = {
  PutBucketLogging: putBucketLogging,
  GetBucketLogging: getBucketLogging,
} satisfies Operations<S3>;
