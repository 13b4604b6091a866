// The bucket that a request names, and whether this caller may go on with it:
// what every operation asks first.

import type { Transaction } from "../../../core/transaction.ts";
import { accessPointNamed, type Through } from "../access/access-point.ts";
import { authorize, isGuarded } from "../access/authorize.ts";
import { s3Fault, unsupported } from "../faults.ts";
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
  const { bucket, through } = await locate(tx, request);
  // S3 serves a bucket in its own region only; SDKs follow by this header and sign again. Nobody signs for a region.
  if (bucket.region !== tx.region && tx.region !== anyRegion && tx.principal.type !== "anonymous") {
    throw s3Fault("PermanentRedirect", {
      Endpoint: `s3.${bucket.region}.amazonaws.com`,
      Bucket: bucket.name,
      "x-amz-bucket-region": bucket.region,
    });
  }
  if (through !== undefined || isGuarded(tx, bucket)) {
    await authorize(tx, bucket, request, undefined, through);
  }
  return bucket;
}

/** As `findBucket`, for what any region answers. `operation`: what it is asked for, where that is not the call itself. */
export async function findAnywhere(
  tx: Transaction,
  request: BucketRequest,
  operation?: Operation,
): Promise<BucketState> {
  const { bucket, through } = await locate(tx, request);
  if (through !== undefined || isGuarded(tx, bucket)) {
    await authorize(tx, bucket, request, operation, through);
  }
  return bucket;
}

interface Located {
  readonly bucket: BucketState;
  /** The access point by whose name the bucket was asked for. */
  readonly through?: Through;
}

async function locate(tx: Transaction, request: BucketRequest): Promise<Located> {
  const { Bucket: name, ExpectedBucketOwner: expected } = request;
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw s3Fault("InvalidBucketOwnerAWSAccountID");
  const named = await tx.get(Bucket, name);
  const located = named === undefined ? await behindAccessPoint(tx, name) : { bucket: named };
  const { bucket } = located;
  if (bucket.configured?.includes("logging") === true) logCall(tx, bucket);
  if (expected !== undefined && expected !== bucket.owner) throw s3Fault("AccessDenied");
  return located;
}

async function behindAccessPoint(tx: Transaction, name: string): Promise<Located> {
  const through = await accessPointNamed(tx, name);
  const bucket = through === undefined ? undefined : await tx.get(Bucket, through.bucket);
  if (through !== undefined && bucket !== undefined) return { bucket, through };
  if (/--[a-z0-9]+-az\d+--x-s3$/.test(name)) throw unsupported("directory buckets");
  throw name.startsWith("arn:") || name.endsWith("-s3alias")
    ? s3Fault("NoSuchAccessPoint")
    : s3Fault("NoSuchBucket", { BucketName: name });
}
