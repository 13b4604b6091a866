// What is set for all objects of a bucket: versioning and the default encryption.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3, ServerSideEncryptionRule } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
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

const usualEncryption: ServerSideEncryptionRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
  BucketKeyEnabled: false,
};

async function putBucketEncryption(
  input: Input<"PutBucketEncryption">,
  tx: Transaction,
): Promise<Output<"PutBucketEncryption">> {
  const bucket = await findBucket(tx, input);
  const { Rules } = input.ServerSideEncryptionConfiguration;
  const [rule] = Rules;
  if (rule === undefined || Rules.length > 1) throw s3Fault("MalformedXML");
  const byDefault = rule.ApplyServerSideEncryptionByDefault ?? { SSEAlgorithm: "AES256" };
  if (byDefault.SSEAlgorithm !== "AES256") throw unsupported("encryption with KMS keys");
  if (byDefault.KMSMasterKeyID !== undefined) {
    throw s3Fault(
      "InvalidArgument",
      {},
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  }
  writeConfiguration(tx, bucket, "encryption", { Rules: [{ ...usualEncryption, ...rule }] });
  return {};
}

async function getBucketEncryption(
  input: Input<"GetBucketEncryption">,
  tx: Transaction,
): Promise<Output<"GetBucketEncryption">> {
  const found = await readConfiguration(tx, await findBucket(tx, input), "encryption");
  return { ServerSideEncryptionConfiguration: found ?? { Rules: [usualEncryption] } };
}

async function deleteBucketEncryption(
  input: Input<"DeleteBucketEncryption">,
  tx: Transaction,
): Promise<Output<"DeleteBucketEncryption">> {
  removeConfiguration(tx, await findBucket(tx, input), "encryption");
  return {};
}

export const configurationOperations = {
  PutBucketVersioning: putBucketVersioning,
  GetBucketVersioning: getBucketVersioning,
  PutBucketEncryption: putBucketEncryption,
  GetBucketEncryption: getBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
} satisfies Operations<S3>;
