// Object Lock: versions that cannot be deleted before their time, or as long as
// somebody holds them (docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).

import type { DefaultRetention, ObjectLockRetentionMode } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { invalidArgument, invalidRequest, s3Fault } from "../faults.ts";
import type { ObjectVersion } from "../objects/object.ts";

export interface Retention {
  readonly mode: ObjectLockRetentionMode;
  /** Epoch milliseconds. */
  readonly until: number;
}

export interface Lock {
  readonly retention?: Retention;
  /** False where it was set and taken away. */
  readonly legalHold?: boolean;
}

/** Of a bucket that has Object Lock. */
export interface BucketLock {
  readonly byDefault?: DefaultRetention;
}

export interface LockInput {
  readonly ObjectLockMode?: ObjectLockRetentionMode | undefined;
  readonly ObjectLockRetainUntilDate?: number | undefined;
  readonly ObjectLockLegalHoldStatus?: "ON" | "OFF" | undefined;
}

const dayMilliseconds = 86_400_000;
const protectedBy = "Access Denied because object protected by object lock.";

export function hasLock(bucket: BucketState): bucket is BucketState & { readonly objectLock: BucketLock } {
  return bucket.objectLock !== undefined;
}

export function requireLock(bucket: BucketState): void {
  if (!hasLock(bucket)) throw invalidRequest("Bucket is missing Object Lock Configuration");
}

/** What a request asks for, checked; undefined where it asks for nothing. */
export function readLock(bucket: BucketState, input: LockInput, now: number): Lock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if (mode === undefined && until === undefined && hold === undefined) return undefined;
  requireLock(bucket);
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
      mode === undefined ? "x-amz-object-lock-mode" : "x-amz-object-lock-retain-until-date",
      undefined,
    );
  }
  if (hold !== undefined && hold !== "ON" && hold !== "OFF") {
    throw invalidArgument(
      "Legal Hold must be either of 'ON' or 'OFF'",
      "x-amz-object-lock-legal-hold",
      hold as string,
    );
  }
  return {
    ...(mode === undefined || until === undefined
      ? {}
      : { retention: checkRetention(mode, until, now, "x-amz-object-lock") }),
    ...(hold === undefined ? {} : { legalHold: hold === "ON" }),
  };
}

export function checkRetention(
  mode: ObjectLockRetentionMode,
  until: number,
  now: number,
  prefix: string,
): Retention {
  if (mode !== "GOVERNANCE" && mode !== "COMPLIANCE") {
    throw invalidArgument("Unknown wormMode directive.", `${prefix}-mode`, mode as string);
  }
  if (until <= now) {
    const shown = new Date(until).toISOString();
    throw invalidArgument(
      "The retain until date must be in the future!",
      `${prefix}-retain-until-date`,
      shown,
    );
  }
  return { mode, until };
}

/** Of a new version: what was asked for, and the bucket's default where no retention was. */
export function newLock(bucket: BucketState, asked: Lock | undefined, now: number): { readonly lock?: Lock } {
  const byDefault = bucket.objectLock?.byDefault;
  if (byDefault === undefined || asked?.retention !== undefined)
    return asked === undefined ? {} : { lock: asked };
  const { Mode: mode = "GOVERNANCE", Days, Years } = byDefault;
  const until = Years === undefined ? now + (Days ?? 0) * dayMilliseconds : yearsLater(now, Years);
  return { lock: { ...asked, retention: { mode, until } } };
}

function yearsLater(now: number, years: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** Faults where the version must stay. */
export function checkDeletable(version: ObjectVersion, now: number, bypass: boolean): void {
  if (version.deleteMarker === true || version.lock === undefined) return;
  const { retention, legalHold } = version.lock;
  if (legalHold === true) throw s3Fault("AccessDenied", {}, protectedBy);
  if (retention === undefined || retention.until <= now) return;
  if (retention.mode === "GOVERNANCE" && bypass) return;
  throw s3Fault("AccessDenied", {}, protectedBy);
}

/** Compliance is only ever prolonged; governance may be weakened by whoever may bypass it. */
export function checkReplaceable(
  before: Retention | undefined,
  after: Retention | undefined,
  now: number,
  bypass: boolean,
): void {
  if (before === undefined || before.until <= now) return;
  if (before.mode === "GOVERNANCE" && bypass) return;
  if (after !== undefined && after.mode === before.mode && after.until >= before.until) return;
  throw s3Fault("AccessDenied", {}, protectedBy);
}

export function shownLock(lock: Lock | undefined): LockInput {
  if (lock === undefined) return {};
  const { retention, legalHold } = lock;
  return {
    ...(retention === undefined
      ? {}
      : { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until }),
    ...(legalHold === undefined ? {} : { ObjectLockLegalHoldStatus: legalHold ? "ON" : "OFF" }),
  };
}
