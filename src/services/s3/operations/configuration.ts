// What is set for all objects of a bucket: versioning.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";

async function putBucketVersioning(
  input: Input<"PutBucketVersioning">,
  tx: Transaction,
): Promise<Output<"PutBucketVersioning">> {
  const bucket = await findBucket(tx, input);
  const { MFADelete, Status } = input.VersioningConfiguration;
  if (MFADelete === "Enabled") throw unsupported("MFA delete");
  if (Status === undefined) throw s3Fault("MalformedXML");
  if (Status === "Suspended" && bucket.objectLock !== undefined) {
    throw s3Fault(
      "InvalidBucketState",
      {},
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    );
  }
  if (Status === "Suspended" && (await readConfiguration(tx, bucket, "replication")) !== undefined) {
    throw s3Fault(
      "InvalidBucketState",
      {},
      "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.",
    );
  }
  tx.put(Bucket, { ...bucket, versioning: Status });
  return {};
}

async function getBucketVersioning(
  input: Input<"GetBucketVersioning">,
  tx: Transaction,
): Promise<Output<"GetBucketVersioning">> {
  const { versioning } = await findBucket(tx, input);
  return versioning === undefined ? {} : { Status: versioning };
}

export const configurationOperations = {
  PutBucketVersioning: putBucketVersioning,
  GetBucketVersioning: getBucketVersioning,
} satisfies Operations<S3>;
