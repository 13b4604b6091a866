// Configurations that would have to act and do not yet: setting one answers
// NotImplemented, so reading tells, truthfully, that none is set, and deleting
// finds nothing to delete. What switches something off, and leaves it off, is accepted.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { type BucketRequest, findBucket } from "../buckets/find.ts";
import { unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";

async function nothing(input: BucketRequest, tx: Transaction): Promise<Record<string, never>> {
  await findBucket(tx, input);
  return {};
}

async function putBucketLogging(
  input: Input<"PutBucketLogging">,
  tx: Transaction,
): Promise<Output<"PutBucketLogging">> {
  await findBucket(tx, input);
  if (input.BucketLoggingStatus.LoggingEnabled !== undefined) throw unsupported("server access logs");
  return {};
}

export const unsetOperations = {
  GetBucketLogging: nothing,
  PutBucketLogging: putBucketLogging,
} satisfies Operations<S3>;
