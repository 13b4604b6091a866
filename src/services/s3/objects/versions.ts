// Reads and writes the versions of one key, and keeps the invariant: the newest
// version is the live object, unless it is a delete marker.

import type { Transaction } from "../../../core/transaction.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { isConfigured } from "../buckets/configuration.ts";
import { s3Fault } from "../faults.ts";
import { removeContent } from "../jobs.ts";
import { announce, creationOf, type HappeningName } from "../notifications/happening.ts";
import { pending, start, startOf } from "../replication/start.ts";
import { CoveredVersion, LiveObject, type ObjectVersion, type StoredObject, wholeSeconds } from "./object.ts";
import { newVersionId, sequenceOf } from "./version-id.ts";

/** The newest version, whatever it is. */
export async function latestVersion(
  tx: Transaction,
  bucket: BucketState,
  key: string,
): Promise<ObjectVersion | undefined> {
  const there = inside(tx, bucket);
  const live = await there.get(LiveObject, bucket.id, key);
  if (live !== undefined || bucket.versioning === undefined) return live;
  const page = await there.list(CoveredVersion, { prefix: [bucket.id, key], limit: 1 });
  return page.values[0];
}

/** The version with that id, or without one the newest. */
export async function findVersion(
  tx: Transaction,
  bucket: BucketState,
  key: string,
  versionId: string | undefined,
): Promise<ObjectVersion | undefined> {
  if (versionId === undefined) return latestVersion(tx, bucket, key);
  const there = inside(tx, bucket);
  const sequence = sequenceOf(versionId);
  const live = await there.get(LiveObject, bucket.id, key);
  if (live?.versionId === versionId) return live;
  if (sequence === undefined) return nullVersion(tx, bucket, key);
  const covered = await there.get(CoveredVersion, bucket.id, key, -sequence);
  return covered?.versionId === versionId ? covered : undefined;
}

/** The object that a read, a copy or a change of tags is about. */
export async function findObject(
  tx: Transaction,
  bucket: BucketState,
  key: string,
  versionId: string | undefined,
): Promise<StoredObject> {
  const found = await findVersion(tx, bucket, key, versionId);
  if (found === undefined) {
    throw versionId === undefined
      ? s3Fault("NoSuchKey", { Key: key })
      : s3Fault("NoSuchVersion", { Key: key, VersionId: versionId });
  }
  if (found.deleteMarker !== true) return found;
  const shown = { "x-amz-delete-marker": true, "x-amz-version-id": found.versionId };
  if (versionId === undefined) throw s3Fault("NoSuchKey", { Key: key, ...shown });
  throw s3Fault("MethodNotAllowed", {
    ...shown,
    Method: "GET",
    ResourceType: "DeleteMarker",
    "last-modified": new Date(found.modifiedAt).toUTCString(),
    allow: "DELETE",
  });
}

/** What identifies a new version: the rest is its own. */
export type NewVersion =
  | Omit<StoredObject, "bucketId" | "versionId" | "sequence" | "modifiedAt">
  | { readonly key: string; readonly deleteMarker: true };

/** Makes it the newest. Without versioning the null version gives way to it. `told`: what listeners hear, where the operation does not say it. */
export async function addVersion(
  tx: Transaction,
  bucket: BucketState,
  added: NewVersion,
  told?: HappeningName,
): Promise<ObjectVersion> {
  const there = inside(tx, bucket);
  const { key } = added;
  const latest = await latestVersion(tx, bucket, key);
  const sequence = Math.max(tx.now * 1000, (latest?.sequence ?? 0) + 1);
  const versionId = bucket.versioning === "Enabled" ? newVersionId(tx.ids, sequence) : "null";
  const replicates = isConfigured(bucket, "replication") ? await startOf(tx, bucket, added) : undefined;
  const version: ObjectVersion = {
    ...added,
    ...(replicates === undefined || added.deleteMarker === true ? {} : pending(replicates)),
    bucketId: bucket.id,
    versionId,
    sequence,
    modifiedAt: wholeSeconds(tx.now),
  };
  const live = latest?.deleteMarker === true ? undefined : latest;
  if (live !== undefined) {
    there.delete(LiveObject, bucket.id, key);
    if (versionId !== "null" || live.versionId !== "null") there.put(CoveredVersion, live);
    else removeContent(there, live.content);
  }
  if (versionId === "null" && live?.versionId !== "null") {
    const old = await nullVersion(tx, bucket, key);
    if (old !== undefined) removeCovered(there, old);
  }
  if (version.deleteMarker === true) there.put(CoveredVersion, version);
  else there.put(LiveObject, version);
  if (replicates !== undefined) start(tx, bucket, replicates, key, versionId);
  if (isConfigured(bucket, "notification")) {
    await announce(tx, bucket, { name: told ?? creationOf(tx, version), version });
  }
  return version;
}

/** Removes one version for good; what it covered shows again. */
export async function removeVersion(
  tx: Transaction,
  bucket: BucketState,
  version: ObjectVersion,
  told: HappeningName = "ObjectRemoved:Delete",
): Promise<void> {
  await announce(tx, bucket, { name: told, version });
  const there = inside(tx, bucket);
  const { key } = version;
  const live = await there.get(LiveObject, bucket.id, key);
  if (live?.sequence === version.sequence) {
    there.delete(LiveObject, bucket.id, key);
    removeContent(there, live.content);
  } else {
    removeCovered(there, version);
    if (live !== undefined) return;
  }
  const page = await there.list(CoveredVersion, { prefix: [bucket.id, key], limit: 1 });
  const next = page.values[0];
  if (next === undefined || next.deleteMarker === true) return;
  there.delete(CoveredVersion, bucket.id, key, -next.sequence);
  there.put(LiveObject, next);
}

/** Writes a version anew in its place, as a change of its tags does. */
export async function replaceVersion(
  tx: Transaction,
  bucket: BucketState,
  version: StoredObject,
): Promise<void> {
  const there = inside(tx, bucket);
  const live = await there.get(LiveObject, bucket.id, version.key);
  if (live?.sequence === version.sequence) there.put(LiveObject, version);
  else there.put(CoveredVersion, version);
}

function removeCovered(there: Transaction, version: ObjectVersion): void {
  there.delete(CoveredVersion, version.bucketId, version.key, -version.sequence);
  if (version.deleteMarker !== true) removeContent(there, version.content);
}

async function nullVersion(
  tx: Transaction,
  bucket: BucketState,
  key: string,
): Promise<ObjectVersion | undefined> {
  if (bucket.versioning === undefined) return undefined;
  const prefix = [bucket.id, key];
  const page = await inside(tx, bucket).list(CoveredVersion, { index: "null", prefix, limit: 1 });
  return page.values[0];
}
