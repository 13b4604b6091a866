// The bucket that a request names, and whether this caller may go on with it:
// what every operation asks first.

import type { Transaction } from "../../../core/transaction.ts";
import { authorize, isGuarded } from "../access/authorize.ts";
import { s3Fault } from "../faults.ts";
import { logCall } from "../logging/delivery.ts";
import type { Operation } from "../model.ts";
import { Bucket, type BucketState } from "./bucket.ts";

/** Where requests come from whose signature names no region: presigned addresses in Signature Version 2. */
export const anyRegion = "aws-global";

export interface BucketRequest {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

export async function findBucket(tx: Transaction, request: BucketRequest): Promise<BucketState> {
  const bucket = await locate(tx, request);
  // S3 serves a bucket in its own region only; SDKs follow by this header and sign again. Nobody signs for a region.
  if (bucket.region !== tx.region && tx.region !== anyRegion && tx.principal.type !== "anonymous") {
    throw s3Fault("PermanentRedirect", {
      Endpoint: `s3.${bucket.region}.amazonaws.com`,
      Bucket: bucket.name,
      "x-amz-bucket-region": bucket.region,
    });
  }
  if (isGuarded(tx, bucket)) await authorize(tx, bucket, request);
  return bucket;
}

/** As `findBucket`, for what any region answers. `operation`: what it is asked for, where that is not the call itself. */
export async function findAnywhere(
  tx: Transaction,
  request: BucketRequest,
  operation?: Operation,
): Promise<BucketState> {
  const bucket = await locate(tx, request);
  if (isGuarded(tx, bucket)) await authorize(tx, bucket, request, operation);
  return bucket;
}

async function locate(tx: Transaction, request: BucketRequest): Promise<BucketState> {
  const { Bucket: name, ExpectedBucketOwner: expected } = request;
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw s3Fault("InvalidBucketOwnerAWSAccountID");
  const bucket = await tx.get(Bucket, name);
  if (bucket === undefined) throw s3Fault("NoSuchBucket", { BucketName: name });
  if (bucket.configured?.includes("logging") === true) logCall(tx, bucket);
  if (expected !== undefined && expected !== bucket.owner) throw s3Fault("AccessDenied");
  return bucket;
}
