// What is configured for a bucket, kind by kind, as the caller gave it. Only
// kinds that work here, or that promise no more than to be read back, are kept.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  BucketAccelerateStatus,
  CORSRule,
  Grant,
  LifecycleRule,
  LoggingEnabled,
  NotificationConfiguration,
  ObjectOwnership,
  Payer,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  TransitionDefaultMinimumObjectSize,
  WebsiteConfiguration,
} from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState, inside } from "./bucket.ts";

interface Documents {
  readonly accelerate: { readonly status: BucketAccelerateStatus };
  readonly acl: { readonly grants: readonly Grant[] };
  readonly cors: { readonly rules: readonly CORSRule[] };
  readonly encryption: ServerSideEncryptionConfiguration;
  readonly lifecycle: {
    readonly rules: readonly LifecycleRule[];
    readonly smallest: TransitionDefaultMinimumObjectSize;
  };
  readonly logging: LoggingEnabled;
  readonly notification: NotificationConfiguration;
  readonly ownership: { readonly objectOwnership: ObjectOwnership };
  readonly policy: { readonly text: string };
  readonly publicAccess: PublicAccessBlockConfiguration;
  readonly replication: ReplicationConfiguration;
  readonly requestPayment: { readonly payer: Payer };
  readonly website: WebsiteConfiguration;
}

export type ConfigurationKind = keyof Documents;

interface Configuration {
  readonly bucketId: string;
  readonly kind: ConfigurationKind;
  readonly document: object;
}

export const BucketConfiguration = defineResource<Configuration>()({
  service: "s3",
  type: "bucket-configuration",
  key: (configuration): readonly [string, string] => [configuration.bucketId, configuration.kind],
});

/** Without a read: whether there may be one. */
export function isConfigured(bucket: BucketState, kind: ConfigurationKind): boolean {
  return bucket.configured === undefined || bucket.configured.includes(kind);
}

export async function readConfiguration<K extends ConfigurationKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
): Promise<Documents[K] | undefined> {
  if (!isConfigured(bucket, kind)) return undefined;
  const found = await inside(tx, bucket).get(BucketConfiguration, bucket.id, kind);
  return found?.document as Documents[K] | undefined;
}

export function writeConfiguration<K extends ConfigurationKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
  document: Documents[K],
): void {
  inside(tx, bucket).put(BucketConfiguration, { bucketId: bucket.id, kind, document });
  const configured = bucket.configured ?? everyKind;
  if (!configured.includes(kind)) tx.put(Bucket, { ...bucket, configured: [...configured, kind].sort() });
}

export function removeConfiguration(tx: Transaction, bucket: BucketState, kind: ConfigurationKind): void {
  inside(tx, bucket).delete(BucketConfiguration, bucket.id, kind);
  const { configured } = bucket;
  if (configured?.includes(kind) === true) {
    tx.put(Bucket, { ...bucket, configured: configured.filter((each) => each !== kind) });
  }
}

/** What `writeDefaults` writes. */
export const configuredByDefault: readonly ConfigurationKind[] = ["ownership", "publicAccess"];

/** What AWS sets for every new bucket since April 2023. */
export function writeDefaults(tx: Transaction, bucket: BucketState, objectOwnership: ObjectOwnership): void {
  writeConfiguration(tx, bucket, "ownership", { objectOwnership });
  writeConfiguration(tx, bucket, "publicAccess", {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
}

const everyKind: readonly ConfigurationKind[] = [
  "accelerate",
  "acl",
  "cors",
  "encryption",
  "lifecycle",
  "logging",
  "notification",
  "ownership",
  "policy",
  "publicAccess",
  "replication",
  "requestPayment",
  "website",
];

/** Of a bucket that goes. */
export function removeAllConfigurations(tx: Transaction, bucket: BucketState): void {
  const there = inside(tx, bucket);
  for (const kind of everyKind) {
    if (isConfigured(bucket, kind)) there.delete(BucketConfiguration, bucket.id, kind);
  }
}
