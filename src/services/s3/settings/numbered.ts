// Configurations of which a bucket has many, each with an id: analytics,
// metrics, Intelligent-Tiering and inventory.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AnalyticsConfiguration,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  MetricsConfiguration,
} from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { s3Fault } from "../faults.ts";

interface Documents {
  readonly analytics: AnalyticsConfiguration;
  readonly inventory: InventoryConfiguration;
  readonly metrics: MetricsConfiguration;
  readonly tiering: IntelligentTieringConfiguration;
}

export type NumberedKind = keyof Documents;

interface Numbered {
  readonly bucketId: string;
  readonly kind: NumberedKind;
  readonly id: string;
  readonly document: object;
}

export const NumberedConfiguration = defineResource<Numbered>()({
  service: "s3",
  type: "numbered-configuration",
  key: (each): readonly [string, string, string] => [each.bucketId, each.kind, each.id],
});

const most = 1000;
const pageSize = 100;

export async function writeNumbered<K extends NumberedKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
  id: string,
  document: Documents[K],
): Promise<void> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id)) throw s3Fault("InvalidConfigurationId");
  if (id !== document.Id) throw s3Fault("IdMismatch");
  const there = inside(tx, bucket);
  const known = await there.get(NumberedConfiguration, bucket.id, kind, id);
  if (known === undefined && (await there.all(NumberedConfiguration, [bucket.id, kind])).length >= most) {
    throw s3Fault("TooManyConfigurations");
  }
  there.put(NumberedConfiguration, { bucketId: bucket.id, kind, id, document });
}

export async function readNumbered<K extends NumberedKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
  id: string,
): Promise<Documents[K]> {
  const found = await inside(tx, bucket).get(NumberedConfiguration, bucket.id, kind, id);
  if (found === undefined) throw s3Fault("NoSuchConfiguration");
  return found.document as Documents[K];
}

export async function removeNumbered(
  tx: Transaction,
  bucket: BucketState,
  kind: NumberedKind,
  id: string,
): Promise<void> {
  await readNumbered(tx, bucket, kind, id);
  inside(tx, bucket).delete(NumberedConfiguration, bucket.id, kind, id);
}

export interface NumberedPage<T> {
  readonly IsTruncated: boolean;
  readonly ContinuationToken?: string;
  readonly NextContinuationToken?: string;
  readonly values: readonly T[];
}

export async function listNumbered<K extends NumberedKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
  token: string | undefined,
): Promise<NumberedPage<Documents[K]>> {
  const page = await inside(tx, bucket).list(NumberedConfiguration, {
    prefix: [bucket.id, kind],
    cursor: token,
    limit: pageSize,
  });
  return {
    IsTruncated: page.cursor !== undefined,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(page.cursor === undefined ? {} : { NextContinuationToken: page.cursor }),
    values: page.values.map((each) => each.document as Documents[K]),
  };
}

/** Of a bucket that goes. */
export async function removeAllNumbered(tx: Transaction, bucket: BucketState): Promise<void> {
  const there = inside(tx, bucket);
  for (const each of await there.all(NumberedConfiguration, [bucket.id])) {
    there.delete(NumberedConfiguration, each.bucketId, each.kind, each.id);
  }
}
