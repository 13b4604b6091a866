// Archived objects: not readable until a copy of them was restored, and again
// when its days are over. Nothing has to happen for that: the clock decides.

import type { RestoreStatus } from "../../../model/generated/s3.d.ts";
import { s3Fault } from "../faults.ts";
import type { StoredObject } from "../objects/object.ts";

export interface Restore {
  /** When the copy can be read, epoch milliseconds. */
  readonly readyAt: number;
  readonly days: number;
  /** The end of its last day. */
  readonly until: number;
}

const dayMilliseconds = 86_400_000;
const minute = 60_000;
const hour = 60 * minute;

/** How long the retrievals take at AWS, at most, by tier. */
const retrieval: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * minute, Standard: 5 * hour, Bulk: 12 * hour },
  DEEP_ARCHIVE: { Standard: 12 * hour, Bulk: 48 * hour },
};

export function isArchived({ storageClass }: StoredObject): boolean {
  return storageClass in retrieval;
}

/** Undefined where the class has no such tier. */
export function retrievalMilliseconds(object: StoredObject, tier: string): number | undefined {
  return retrieval[object.storageClass]?.[tier];
}

/** Days are counted from when the copy is there, and end at the midnight after. */
export function restoreOf(readyAt: number, days: number): Restore {
  const until = Math.ceil((readyAt + days * dayMilliseconds) / dayMilliseconds) * dayMilliseconds;
  return { readyAt, days, until };
}

/** The restore under way, or the copy that is there. */
export function restoreAt(object: StoredObject, now: number): Restore | undefined {
  return object.restore === undefined || object.restore.until <= now ? undefined : object.restore;
}

/** Faults where the object's bytes cannot be had now; `message` for those who word it their own way. */
export function checkReadable(object: StoredObject, now: number, message?: string): void {
  if (!isArchived(object)) return;
  const restore = restoreAt(object, now);
  if (restore !== undefined && restore.readyAt <= now) return;
  throw s3Fault("InvalidObjectState", { StorageClass: object.storageClass }, message);
}

/** As lists tell it to those who ask. */
export function listedRestore(object: StoredObject, now: number): { readonly RestoreStatus?: RestoreStatus } {
  const restore = restoreAt(object, now);
  if (restore === undefined) return {};
  if (restore.readyAt > now) return { RestoreStatus: { IsRestoreInProgress: true } };
  return { RestoreStatus: { IsRestoreInProgress: false, RestoreExpiryDate: restore.until } };
}

/** `x-amz-restore`. */
export function shownRestore(object: StoredObject, now: number): { readonly Restore?: string } {
  const restore = restoreAt(object, now);
  if (restore === undefined) return {};
  if (restore.readyAt > now) return { Restore: 'ongoing-request="true"' };
  return { Restore: `ongoing-request="false", expiry-date="${new Date(restore.until).toUTCString()}"` };
}
