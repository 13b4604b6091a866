// Single settings of a bucket: who pays for requests, and transfer acceleration.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";

async function putBucketRequestPayment(
  input: Input<"PutBucketRequestPayment">,
  tx: Transaction,
): Promise<Output<"PutBucketRequestPayment">> {
  const bucket = await findBucket(tx, input);
  const payer = input.RequestPaymentConfiguration.Payer;
  if (payer === "Requester") writeConfiguration(tx, bucket, "requestPayment", { payer });
  else removeConfiguration(tx, bucket, "requestPayment");
  return {};
}

async function getBucketRequestPayment(
  input: Input<"GetBucketRequestPayment">,
  tx: Transaction,
): Promise<Output<"GetBucketRequestPayment">> {
  const payment = await readConfiguration(tx, await findBucket(tx, input), "requestPayment");
  return { Payer: payment?.payer ?? "BucketOwner" };
}

async function putBucketAccelerateConfiguration(
  input: Input<"PutBucketAccelerateConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketAccelerateConfiguration">> {
  const bucket = await findBucket(tx, input);
  const status = input.AccelerateConfiguration.Status;
  if (status === undefined) throw s3Fault("MalformedXML");
  if (bucket.name.includes(".")) {
    throw invalidRequest(
      "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
    );
  }
  writeConfiguration(tx, bucket, "accelerate", { status });
  return {};
}

async function getBucketAccelerateConfiguration(
  input: Input<"GetBucketAccelerateConfiguration">,
  tx: Transaction,
): Promise<Output<"GetBucketAccelerateConfiguration">> {
  const found = await readConfiguration(tx, await findBucket(tx, input), "accelerate");
  return found === undefined ? {} : { Status: found.status };
}

export const settingOperations = {
  PutBucketRequestPayment: putBucketRequestPayment,
  GetBucketRequestPayment: getBucketRequestPayment,
  PutBucketAccelerateConfiguration: putBucketAccelerateConfiguration,
  GetBucketAccelerateConfiguration: getBucketAccelerateConfiguration,
} satisfies Operations<S3>;
