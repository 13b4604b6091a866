// The bucket that a request names, and whether this caller may go on with it:
// what every operation asks first.

import type { Transaction } from "../../../core/transaction.ts";
import { s3Fault } from "../faults.ts";
import { Bucket, type BucketState } from "./bucket.ts";

/** Where requests come from whose signature names no region: presigned addresses in Signature Version 2. */
export const anyRegion = "aws-global";

export interface BucketRequest {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

export async function findBucket(tx: Transaction, request: BucketRequest): Promise<BucketState> {
  const bucket = await findAnywhere(tx, request);
  // S3 serves a bucket in its own region only; SDKs follow by this header and sign again.
  if (bucket.region !== tx.region && tx.region !== anyRegion) {
    throw s3Fault("PermanentRedirect", {
      Endpoint: `s3.${bucket.region}.amazonaws.com`,
      Bucket: bucket.name,
      "x-amz-bucket-region": bucket.region,
    });
  }
  return bucket;
}

/** As `findBucket`, for what any region answers. */
export async function findAnywhere(tx: Transaction, request: BucketRequest): Promise<BucketState> {
  const { Bucket: name, ExpectedBucketOwner: expected } = request;
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw s3Fault("InvalidBucketOwnerAWSAccountID");
  const bucket = await tx.get(Bucket, name);
  if (bucket === undefined) throw s3Fault("NoSuchBucket", { BucketName: name });
  // Who is nobody gets in by bucket policies and ACLs, which are not evaluated yet.
  if (tx.principal.type === "anonymous") throw s3Fault("AccessDenied");
  if (expected !== undefined && expected !== bucket.owner) throw s3Fault("AccessDenied");
  return bucket;
}
