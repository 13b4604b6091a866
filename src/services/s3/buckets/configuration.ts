// What is configured for a bucket, kind by kind, as the caller gave it. Only
// kinds that work here, or that promise no more than to be read back, are kept.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ObjectOwnership,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "./bucket.ts";

interface Documents {
  readonly encryption: ServerSideEncryptionConfiguration;
  readonly ownership: { readonly objectOwnership: ObjectOwnership };
  readonly policy: { readonly text: string };
  readonly publicAccess: PublicAccessBlockConfiguration;
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

export async function readConfiguration<K extends ConfigurationKind>(
  tx: Transaction,
  bucket: BucketState,
  kind: K,
): Promise<Documents[K] | undefined> {
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
}

export function removeConfiguration(tx: Transaction, bucket: BucketState, kind: ConfigurationKind): void {
  inside(tx, bucket).delete(BucketConfiguration, bucket.id, kind);
}

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

export function removeAllConfigurations(tx: Transaction, bucket: BucketState): void {
  const kinds: readonly ConfigurationKind[] = ["encryption", "ownership", "policy", "publicAccess"];
  for (const kind of kinds) removeConfiguration(tx, bucket, kind);
}
