// PutBucketCors and its counterparts.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { CORSRule, S3 } from "../../../model/generated/s3.d.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";

const mostRules = 100;
const methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

async function putBucketCors(
  input: Input<"PutBucketCors">,
  tx: Transaction,
): Promise<Output<"PutBucketCors">> {
  const bucket = await findBucket(tx, input);
  const rules = input.CORSConfiguration.CORSRules;
  if (rules.length === 0) throw s3Fault("MalformedXML");
  if (rules.length > mostRules)
    throw invalidRequest("The number of CORS rules should not exceed allowed limit of 100 rules.");
  for (const rule of rules) checkRule(rule);
  writeConfiguration(tx, bucket, "cors", { rules });
  return {};
}

function checkRule({
  AllowedMethods,
  AllowedOrigins,
  AllowedHeaders = [],
  ExposeHeaders = [],
}: CORSRule): void {
  if (AllowedMethods.length === 0 || AllowedOrigins.length === 0) throw s3Fault("MalformedXML");
  const unknown = AllowedMethods.find((method) => !methods.includes(method));
  if (unknown !== undefined) {
    throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
  }
  checkStars("AllowedOrigin", AllowedOrigins);
  checkStars("AllowedHeader", AllowedHeaders);
  const starred = ExposeHeaders.find((header) => header.includes("*"));
  if (starred !== undefined) {
    throw invalidRequest(
      `ExposeHeader "${starred}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
    );
  }
}

function checkStars(name: string, values: readonly string[]): void {
  const wrong = values.find((value) => value.split("*").length > 2);
  if (wrong !== undefined) throw invalidRequest(`${name} "${wrong}" can not have more than one wildcard.`);
}

async function getBucketCors(
  input: Input<"GetBucketCors">,
  tx: Transaction,
): Promise<Output<"GetBucketCors">> {
  const bucket = await findBucket(tx, input);
  const cors = await readConfiguration(tx, bucket, "cors");
  if (cors === undefined) throw s3Fault("NoSuchCORSConfiguration", { BucketName: bucket.name });
  return { CORSRules: cors.rules };
}

async function deleteBucketCors(
  input: Input<"DeleteBucketCors">,
  tx: Transaction,
): Promise<Output<"DeleteBucketCors">> {
  removeConfiguration(tx, await findBucket(tx, input), "cors");
  return {};
}

export const corsOperations = {
  PutBucketCors: putBucketCors,
  GetBucketCors: getBucketCors,
  DeleteBucketCors: deleteBucketCors,
} satisfies Operations<S3>;
