// Bucket policies, as the operations set and show them.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { readPolicy } from "../../../lang/policy/document.ts";
import { isPublic } from "../../../lang/policy/public.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { checkPolicy, ofBucket } from "./bucket-policy.ts";
import { publicAccess } from "./public-access.ts";

async function putBucketPolicy(
  input: Input<"PutBucketPolicy">,
  tx: Transaction,
): Promise<Output<"PutBucketPolicy">> {
  const bucket = await findBucket(tx, input);
  const policy = checkPolicy(input.Policy, ofBucket(bucket.name));
  if (isPublic(policy) && (await publicAccess(tx, bucket)).BlockPublicPolicy) {
    throw s3Fault(
      "AccessDenied",
      {},
      `User: ${tx.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    );
  }
  writeConfiguration(tx, bucket, "policy", { text: input.Policy });
  return {};
}

async function getBucketPolicy(
  input: Input<"GetBucketPolicy">,
  tx: Transaction,
): Promise<Output<"GetBucketPolicy">> {
  const bucket = await findBucket(tx, input);
  return { Policy: await policyOf(tx, bucket) };
}

async function getBucketPolicyStatus(
  input: Input<"GetBucketPolicyStatus">,
  tx: Transaction,
): Promise<Output<"GetBucketPolicyStatus">> {
  const bucket = await findBucket(tx, input);
  return { PolicyStatus: { IsPublic: isPublic(readPolicy(await policyOf(tx, bucket))) } };
}

async function deleteBucketPolicy(
  input: Input<"DeleteBucketPolicy">,
  tx: Transaction,
): Promise<Output<"DeleteBucketPolicy">> {
  removeConfiguration(tx, await findBucket(tx, input), "policy");
  return {};
}

async function policyOf(tx: Transaction, bucket: BucketState): Promise<string> {
  const policy = await readConfiguration(tx, bucket, "policy");
  if (policy === undefined) throw s3Fault("NoSuchBucketPolicy", { BucketName: bucket.name });
  return policy.text;
}

export const policyOperations = {
  PutBucketPolicy: putBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  DeleteBucketPolicy: deleteBucketPolicy,
} satisfies Operations<S3>;
