// Changes of what is said about an object (tags, access control list, lock)
// follow it to its replicas
// (docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html).

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { isConfigured } from "../buckets/configuration.ts";
import type { StoredObject } from "../objects/object.ts";
import { findVersion, replaceVersion } from "../objects/versions.ts";
import { accessOf, destinationOf, type Replication, sourceOf } from "./replicate.ts";
import { startOf } from "./start.ts";

/** Writes a version anew, here and, later, where it was replicated to. */
export async function changeObject(
  tx: Transaction,
  bucket: BucketState,
  before: StoredObject,
  after: StoredObject,
): Promise<void> {
  await replaceVersion(tx, bucket, after);
  if (!isConfigured(bucket, "replication") || !isSource(before)) return;
  // The rules that it was replicated by: what it says now may be another's matter, or nobody's.
  const { rules, role } = (await startOf(tx, bucket, before)) ?? { rules: [], role: "" };
  const { key, versionId } = before;
  for (const rule of rules) {
    const payload = { bucket: bucket.name, bucketId: bucket.id, key, versionId, role, rule };
    inside(tx, bucket).enqueue(replicateChange, payload);
  }
}

function isSource({ replication }: StoredObject): boolean {
  return replication !== undefined && replication.status !== "REPLICA";
}

export const replicateChange = defineJob<Replication>({
  name: "s3.replicateChange",
  attempts: 5,
  run: {
    waits: async (replication, ctx) => {
      const { role, rule } = replication;
      const found = await ctx.atomically((tx) => sourceOf(tx, replication));
      if (found === undefined || found.version.deleteMarker === true) return;
      const { bucket, version } = found;
      const name = rule.Destination.Bucket.slice(rule.Destination.Bucket.lastIndexOf(":") + 1);
      await ctx.asRole(role, "s3-replication").atomically(async (tx) => {
        const target = await destinationOf(tx, name, version);
        const replica = await findVersion(tx, target, version.key, version.versionId);
        // Not there yet: it comes as it is now.
        if (replica === undefined || replica.deleteMarker === true) return;
        const { tags: _tags, lock: _lock, access: _access, ...others } = replica;
        await replaceVersion(tx, target, {
          ...others,
          ...(version.tags === undefined ? {} : { tags: version.tags }),
          ...(version.lock === undefined ? {} : { lock: version.lock }),
          ...(await accessOf(tx, bucket, target, rule, version)),
        });
      });
    },
  },
});
