// The rows that lists walk over: live objects, all versions, or uploads under
// way, straight from the ordered store, since a walk leaps where a plain page
// goes on.

import { type Key, type Range, unpack } from "../../../base/tuple.ts";
import type { Entry } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue } from "../../../core/value.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { Upload, type UploadState } from "../uploads/upload.ts";
import { CoveredVersion, LiveObject, type ObjectVersion, type StoredObject } from "./object.ts";
import { positionOf, type Row, type Scan } from "./walk.ts";

/** A row whose value is decoded when it is asked for: most that are walked over in a group never are. */
export interface Stored<T> extends Row {
  value(): T;
}

export interface StoredVersion extends Stored<ObjectVersion> {
  readonly live: boolean;
}

export function scanObjects(tx: Transaction, bucket: BucketState): Scan<Stored<StoredObject>> {
  return scanOf(tx, bucket, LiveObject);
}

export function scanUploads(tx: Transaction, bucket: BucketState): Scan<Stored<UploadState>> {
  return scanOf(tx, bucket, Upload);
}

/** Where a list of versions goes on: after this one, of this key. */
export interface VersionMarker {
  readonly key: string;
  readonly sequence: number;
}

/** All versions, of each key the newest first. With a marker, the walk must begin at the marker's key. */
export function scanVersions(
  tx: Transaction,
  bucket: BucketState,
  marker: VersionMarker | undefined,
): Scan<StoredVersion> {
  const live = scanOf<StoredObject>(tx, bucket, LiveObject);
  const covered = scanOf<ObjectVersion>(tx, bucket, CoveredVersion);
  const atMarker = marker === undefined ? undefined : positionOf(marker.key);
  const pastMarker = marker === undefined ? "" : `${positionOf(marker.key, -marker.sequence)}\0`;
  return async (range, limit) => {
    const resumes = range.start === atMarker;
    const coveredRange = resumes ? { start: pastMarker, end: range.end } : range;
    const first = await live(range, limit + (resumes ? 1 : 0));
    // The marker itself may be gone, and an older version live in its place.
    const fresh = first.filter(
      (row) => !resumes || row.key !== marker?.key || row.value().sequence < marker.sequence,
    );
    const rows: StoredVersion[] = [
      ...fresh.map((row) => ({ ...row, live: true })),
      ...(await covered(coveredRange, limit)).map((row) => ({ ...row, live: false })),
    ];
    return rows.sort((a, b) => (a.position < b.position ? -1 : 1)).slice(0, limit);
  };
}

function scanOf<T extends object>(
  tx: Transaction,
  bucket: BucketState,
  resource: { readonly service: string; readonly type: string },
): Scan<Stored<T>> {
  const there = inside(tx, bucket);
  const base = there.key(resource.service, resource.type, bucket.id);
  return async ({ start, end }: Range, limit) => {
    const found = await there.raw.scan({ start: base + start, end: base + end }, { limit });
    return found.map((entry) => row<T>(base, entry));
  };
}

function row<T>(base: Key, { key, value }: Entry): Stored<T> {
  const position = key.slice(base.length);
  let decoded: T | undefined;
  return {
    key: String(unpack(position)[0]),
    position,
    value: () => {
      decoded ??= decodeValue<T>(value, false);
      return decoded;
    },
  };
}
