// Bucket policies. They are kept and shown; the authorization step reads them
// once it evaluates policies.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { isPublic } from "../buckets/public-policy.ts";
import { s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";

const largestPolicy = 20 * 1024;

async function putBucketPolicy(
  input: Input<"PutBucketPolicy">,
  tx: Transaction,
): Promise<Output<"PutBucketPolicy">> {
  const bucket = await findBucket(tx, input);
  const policy = parsePolicy(input.Policy);
  checkResources(policy, bucket);
  const access = await readConfiguration(tx, bucket, "publicAccess");
  if (access?.BlockPublicPolicy === true && isPublic(policy)) {
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
  return { PolicyStatus: { IsPublic: isPublic(JSON.parse(await policyOf(tx, bucket))) } };
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

interface PolicyDocument {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

function parsePolicy(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > largestPolicy) {
    throw malformed("Policy has exceeded the maximum allowed document size");
  }
  let document: Readonly<Record<string, unknown>>;
  try {
    document = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw s3Fault("MalformedPolicy");
  }
  if (!isObject(document)) throw s3Fault("MalformedPolicy");
  const { Statement: given } = document;
  if (given === undefined) throw malformed("Missing required field Statement");
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (statements.length === 0) throw malformed("Could not parse the policy: Statement is empty!");
  return { ...document, Statement: statements.map(checkStatement) };
}

function checkStatement(statement: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(statement)) throw malformed("Policy has invalid statement");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw malformed(`Invalid effect: ${String(statement.Effect)}`);
  }
  const pairs = [
    ["Principal", "NotPrincipal"],
    ["Action", "NotAction"],
    ["Resource", "NotResource"],
  ] as const;
  for (const [name, negated] of pairs) {
    if (statement[name] === undefined && statement[negated] === undefined) {
      throw malformed(`Missing required field ${name}`);
    }
  }
  return statement;
}

/** A bucket's policy speaks of the bucket and of what is in it. */
function checkResources(policy: PolicyDocument, bucket: BucketState): void {
  const prefix = /^arn:aws[a-z-]*:s3:::([^/]*)/;
  for (const statement of policy.Statement) {
    const given = statement.Resource ?? statement.NotResource;
    for (const resource of Array.isArray(given) ? given : [given]) {
      const name = prefix.exec(String(resource))?.[1];
      if (name === undefined || !matches(name, bucket.name)) {
        throw malformed("Policy has invalid resource");
      }
    }
  }
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(message: string): Error {
  return s3Fault("MalformedPolicy", {}, message);
}

export const policyOperations = {
  PutBucketPolicy: putBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  DeleteBucketPolicy: deleteBucketPolicy,
} satisfies Operations<S3>;
