// What a new version starts: the jobs that replicate it, and its status as the
// source of replicas.

import type { Transaction } from "../../../core/transaction.ts";
import type { ReplicationRule } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import type { ReplicationState } from "../objects/object.ts";
import type { NewVersion } from "../objects/versions.ts";
import { replicate } from "./replicate.ts";
import { rulesFor } from "./rules.ts";

export interface Start {
  readonly role: string;
  readonly rules: readonly ReplicationRule[];
}

/** Undefined where no rule is about the version. */
export async function startOf(
  tx: Transaction,
  bucket: BucketState,
  added: NewVersion,
): Promise<Start | undefined> {
  const configuration = await readConfiguration(tx, bucket, "replication");
  if (configuration === undefined || bucket.versioning !== "Enabled") return undefined;
  const rules = rulesFor(configuration, added);
  return rules.length === 0 ? undefined : { role: configuration.Role, rules };
}

export function pending({ rules }: Start): { readonly replication: ReplicationState } {
  return { replication: { status: "PENDING", left: rules.length } };
}

export function start(
  tx: Transaction,
  bucket: BucketState,
  { role, rules }: Start,
  key: string,
  versionId: string,
): void {
  for (const rule of rules) {
    const payload = { bucket: bucket.name, bucketId: bucket.id, key, versionId, role, rule };
    inside(tx, bucket).enqueue(replicate, payload);
  }
}
