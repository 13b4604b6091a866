// The encryption that a bucket's objects get where their requests ask for none.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3, ServerSideEncryptionRule } from "../../../model/generated/s3.d.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";

const usual: ServerSideEncryptionRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
  BucketKeyEnabled: false,
};
const algorithms: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];

async function putBucketEncryption(
  input: Input<"PutBucketEncryption">,
  tx: Transaction,
): Promise<Output<"PutBucketEncryption">> {
  const bucket = await findBucket(tx, input);
  const { Rules } = input.ServerSideEncryptionConfiguration;
  const [rule] = Rules;
  if (rule === undefined || Rules.length > 1) throw s3Fault("MalformedXML");
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  if (byDefault !== undefined && !algorithms.includes(byDefault.SSEAlgorithm)) throw s3Fault("MalformedXML");
  if (byDefault?.SSEAlgorithm === "AES256" && byDefault.KMSMasterKeyID !== undefined) {
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      "ApplyServerSideEncryptionByDefault",
      undefined,
    );
  }
  writeConfiguration(tx, bucket, "encryption", { Rules: [{ ...usual, ...rule }] });
  return {};
}

async function getBucketEncryption(
  input: Input<"GetBucketEncryption">,
  tx: Transaction,
): Promise<Output<"GetBucketEncryption">> {
  const found = await readConfiguration(tx, await findBucket(tx, input), "encryption");
  return { ServerSideEncryptionConfiguration: found ?? { Rules: [usual] } };
}

async function deleteBucketEncryption(
  input: Input<"DeleteBucketEncryption">,
  tx: Transaction,
): Promise<Output<"DeleteBucketEncryption">> {
  removeConfiguration(tx, await findBucket(tx, input), "encryption");
  return {};
}

export const encryptionOperations = {
  PutBucketEncryption: putBucketEncryption,
  GetBucketEncryption: getBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
} satisfies Operations<S3>;
