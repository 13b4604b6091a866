// A replica in its destination: the same version, in the same place among the
// versions of its key, however late it comes.

import type { Transaction } from "../../../core/transaction.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { announce } from "../notifications/happening.ts";
import { CoveredVersion, LiveObject, type ObjectVersion } from "../objects/object.ts";
import { findVersion, latestVersion } from "../objects/versions.ts";

export async function addReplica(
  tx: Transaction,
  target: BucketState,
  version: ObjectVersion,
): Promise<void> {
  // A job may run twice: what is there already stays.
  if ((await findVersion(tx, target, version.key, version.versionId)) !== undefined) return;
  const there = inside(tx, target);
  const replica: ObjectVersion =
    version.deleteMarker === true
      ? { ...version, bucketId: target.id }
      : { ...version, bucketId: target.id, replication: { status: "REPLICA", left: 0 } };
  const latest = await latestVersion(tx, target, version.key);
  const newest = latest === undefined || latest.sequence < version.sequence;
  if (newest && latest !== undefined && latest.deleteMarker !== true) {
    there.delete(LiveObject, target.id, version.key);
    there.put(CoveredVersion, latest);
  }
  if (newest && replica.deleteMarker !== true) there.put(LiveObject, replica);
  else there.put(CoveredVersion, replica);
  const name = version.deleteMarker === true ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectCreated:Put";
  await announce(tx, target, { name, version: replica });
}
