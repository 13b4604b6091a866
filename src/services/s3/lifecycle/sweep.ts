// The daily sweep of a bucket with lifecycle rules: at midnight a stored job
// walks its versions, then its uploads, in bounded steps, each a transaction of
// its own that commits with the place where the next begins.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { LifecycleRule } from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState, inside } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { removeParts } from "../jobs.ts";
import { announce } from "../notifications/happening.ts";
import type { ObjectVersion } from "../objects/object.ts";
import { scanUploads, scanVersions } from "../objects/scan.ts";
import { addVersion, removeVersion, replaceVersion } from "../objects/versions.ts";
import { positionOf } from "../objects/walk.ts";
import { Upload } from "../uploads/upload.ts";
import {
  day,
  expiresNoncurrent,
  expiryOf,
  isAbout,
  isEnabled,
  midnightAfter,
  prefixOf,
  transitionOf,
} from "./rules.ts";

const step = 300;
const mostOfAKey = 10_000;

interface Sweep {
  readonly bucket: string;
  readonly id: string;
  /** Where the next step begins; undefined of the first. */
  readonly next?: { readonly among: "versions" | "uploads"; readonly position: string };
}

interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  readonly smallest: "varies_by_storage_class" | "all_storage_classes_128K";
}

export const sweepBucket = defineJob<Sweep>({
  name: "s3.sweepBucket",
  run: async (sweep, tx) => {
    const bucket = await tx.get(Bucket, sweep.bucket);
    if (bucket === undefined || bucket.id !== sweep.id) return;
    const lifecycle = await readConfiguration(tx, bucket, "lifecycle");
    if (lifecycle === undefined) return;
    const { among, position } = sweep.next ?? { among: "versions" as const, position: "" };
    const from =
      among === "versions"
        ? await sweepVersions(tx, bucket, lifecycle, position)
        : await sweepUploads(tx, bucket, lifecycle.rules, position);
    if (from !== undefined) go(tx, bucket, { among, position: from });
    else if (among === "versions") go(tx, bucket, { among: "uploads", position: "" });
    else sweepAtMidnight(tx, bucket);
  },
});

/** From now on, until the bucket has no rules any more. */
export function sweepAtMidnight(tx: Transaction, bucket: BucketState): void {
  const at = (Math.floor(tx.now / day) + 1) * day;
  const options = { at, id: bucket.id };
  inside(tx, bucket).enqueue(sweepBucket, { bucket: bucket.name, id: bucket.id }, options);
}

function go(tx: Transaction, bucket: BucketState, next: NonNullable<Sweep["next"]>): void {
  inside(tx, bucket).enqueue(sweepBucket, { bucket: bucket.name, id: bucket.id, next }, { id: bucket.id });
}

/** One step; returns the position of the next, undefined at the end. */
async function sweepVersions(
  tx: Transaction,
  bucket: BucketState,
  lifecycle: Lifecycle,
  start: string,
): Promise<string | undefined> {
  const { versions, next } = await versionsFrom(tx, bucket, start);
  let group: ObjectVersion[] = [];
  for (const version of versions) {
    if (group[0] !== undefined && group[0].key !== version.key) {
      await sweepKey(tx, bucket, lifecycle, group);
      group = [];
    }
    group.push(version);
  }
  if (group.length > 0) await sweepKey(tx, bucket, lifecycle, group);
  return next;
}

/** Whole keys only: a version's age is counted from its successor. */
async function versionsFrom(
  tx: Transaction,
  bucket: BucketState,
  start: string,
): Promise<{ readonly versions: readonly ObjectVersion[]; readonly next: string | undefined }> {
  const scan = scanVersions(tx, bucket, undefined);
  for (let limit = step; ; limit *= 4) {
    const rows = await scan({ start, end: "\xff" }, limit);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) {
      return { versions: rows.map((row) => row.value()), next: undefined };
    }
    const whole = rows.filter((row) => row.key !== last.key);
    if (whole.length > 0 || limit >= mostOfAKey) {
      const taken = whole.length > 0 ? whole : rows;
      const next = whole.length > 0 ? positionOf(last.key) : `${last.position}\0`;
      return { versions: taken.map((row) => row.value()), next };
    }
  }
}

/** `versions`: all of one key, the newest first. */
async function sweepKey(
  tx: Transaction,
  bucket: BucketState,
  lifecycle: Lifecycle,
  versions: readonly ObjectVersion[],
): Promise<void> {
  const [current, ...older] = versions;
  if (current === undefined) return;
  for (const [newer, version] of older.entries()) {
    const since = (older[newer - 1] ?? current).modifiedAt;
    if (isKept(version, tx.now)) continue;
    if (expiresNoncurrent(lifecycle.rules, version, since, newer, tx.now)) {
      await removeVersion(tx, bucket, version, "LifecycleExpiration:Delete");
    } else await transition(tx, bucket, lifecycle, version, { noncurrentSince: since, newer });
  }
  const expiry = expiryOf(lifecycle.rules, current);
  if (current.deleteMarker === true) {
    if (older.length === 0 && removesMarker(lifecycle.rules, current, tx.now)) {
      await removeVersion(tx, bucket, current, "LifecycleExpiration:Delete");
    }
  } else if (expiry === undefined || expiry.at > tx.now) {
    await transition(tx, bucket, lifecycle, current, {});
  } else if (bucket.versioning === undefined) {
    await removeVersion(tx, bucket, current, "LifecycleExpiration:Delete");
  } else {
    const marker = { key: current.key, deleteMarker: true } as const;
    await addVersion(tx, bucket, marker, "LifecycleExpiration:DeleteMarkerCreated");
  }
}

/** A marker that covers nothing any more goes where a rule says so, or where objects would expire anyway. */
function removesMarker(rules: readonly LifecycleRule[], marker: ObjectVersion, now: number): boolean {
  const says = rules.some(
    (rule) => isEnabled(rule) && isAbout(rule, marker) && rule.Expiration?.ExpiredObjectDeleteMarker === true,
  );
  const expiry = expiryOf(rules, marker);
  return says || (expiry !== undefined && expiry.at <= now);
}

/** Object Lock is stronger than any rule. */
function isKept(version: ObjectVersion, now: number): boolean {
  if (version.deleteMarker === true) return false;
  const { legalHold, retention } = version.lock ?? {};
  return legalHold === true || (retention?.until ?? 0) > now;
}

async function transition(
  tx: Transaction,
  bucket: BucketState,
  { rules, smallest }: Lifecycle,
  version: ObjectVersion,
  more: { readonly noncurrentSince?: number; readonly newer?: number },
): Promise<void> {
  if (version.deleteMarker === true) return;
  const storageClass = transitionOf(rules, { object: version, smallest, now: tx.now, ...more });
  if (storageClass === undefined) return;
  const moved = { ...version, storageClass };
  await replaceVersion(tx, bucket, moved);
  await announce(tx, bucket, { name: "LifecycleTransition", version: moved });
}

async function sweepUploads(
  tx: Transaction,
  bucket: BucketState,
  rules: readonly LifecycleRule[],
  start: string,
): Promise<string | undefined> {
  const aborting = rules.filter(
    (rule) => isEnabled(rule) && rule.AbortIncompleteMultipartUpload !== undefined,
  );
  if (aborting.length === 0) return undefined;
  const rows = await scanUploads(tx, bucket)({ start, end: "\xff" }, step);
  const there = inside(tx, bucket);
  for (const row of rows) {
    const upload = row.value();
    const due = aborting.some((rule) => {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? 0;
      return upload.key.startsWith(prefixOf(rule)) && midnightAfter(upload.initiatedAt, days) <= tx.now;
    });
    if (!due) continue;
    there.delete(Upload, bucket.id, upload.key, upload.id);
    removeParts(there, upload.id, tx.now);
  }
  const last = rows.at(-1);
  return last === undefined || rows.length < step ? undefined : `${last.position}\0`;
}
