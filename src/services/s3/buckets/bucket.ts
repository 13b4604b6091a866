// The Bucket resource: known everywhere by its name, while what it holds is
// kept at its owner's account and its region.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { BucketLock } from "../lock/lock.ts";

export interface BucketState {
  readonly name: string;
  /** Part of the keys of all that it holds: a bucket made anew never meets what another left behind. */
  readonly id: string;
  /** The account. */
  readonly owner: string;
  readonly region: string;
  readonly createdAt: number;
  /** Absent as long as versioning has never been set. */
  readonly versioning?: "Enabled" | "Suspended";
  /** The kinds of configuration that there are, so that what is absent costs no read; undefined in buckets of old. */
  readonly configured?: readonly string[];
  /** Whether it may hold objects that belong to other accounts. */
  readonly strangers?: true;
  readonly tags?: Readonly<Record<string, string>>;
  /** Present where the bucket has Object Lock. */
  readonly objectLock?: BucketLock;
}

export const Bucket = defineResource<BucketState>()({
  service: "s3",
  type: "bucket",
  scope: "global",
  key: (bucket) => [bucket.name],
  arn: (bucket) => bucketArn(bucket.name),
  named: ({ Bucket: name }) => (typeof name === "string" ? bucketArn(name) : undefined),
  tags: (bucket) => bucket.tags ?? {},
  indexes: { owner: (bucket) => [bucket.owner] },
  cached: true,
});

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function placeOf(bucket: BucketState): Place {
  return { account: bucket.owner, region: bucket.region };
}

/** The transaction as it sees what the bucket holds. */
export function inside(tx: Transaction, bucket: BucketState): Transaction {
  return tx.at(placeOf(bucket));
}
