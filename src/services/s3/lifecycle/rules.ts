// What a lifecycle rule means for one version of an object: whether it is
// about it, and from when on
// (docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).

import type {
  LifecycleRule,
  StorageClass,
  TransitionDefaultMinimumObjectSize,
} from "../../../model/generated/s3.d.ts";
import type { ObjectVersion, StoredObject } from "../objects/object.ts";

export const day = 86_400_000;

/** Days after a moment, at the midnight that follows. */
export function midnightAfter(from: number, days: number): number {
  return (Math.floor((from + days * day) / day) + 1) * day;
}

export function isEnabled(rule: LifecycleRule): boolean {
  return rule.Status === "Enabled";
}

export function prefixOf(rule: LifecycleRule): string {
  return rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? "";
}

/** Tags and sizes are of objects: a rule that names any is not about delete markers. */
export function isAbout(rule: LifecycleRule, version: ObjectVersion): boolean {
  if (!version.key.startsWith(prefixOf(rule))) return false;
  const { And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = rule.Filter ?? {};
  const tags = [...(Tag === undefined ? [] : [Tag]), ...(And?.Tags ?? [])];
  const above = And?.ObjectSizeGreaterThan ?? ObjectSizeGreaterThan;
  const below = And?.ObjectSizeLessThan ?? ObjectSizeLessThan;
  if (version.deleteMarker === true) return tags.length === 0 && above === undefined && below === undefined;
  return (
    tags.every(({ Key, Value }) => version.tags?.[Key] === Value) &&
    (above === undefined || version.size > above) &&
    (below === undefined || version.size < below)
  );
}

export interface Expiry {
  readonly at: number;
  readonly rule: LifecycleRule;
}

/** When the current version of a key expires: the earliest of the rules about it. */
export function expiryOf(rules: readonly LifecycleRule[], version: ObjectVersion): Expiry | undefined {
  let first: Expiry | undefined;
  for (const rule of rules) {
    const at = dueAt(rule.Expiration, version.modifiedAt);
    if (at === undefined || !isEnabled(rule) || !isAbout(rule, version)) continue;
    if (first === undefined || at < first.at) first = { at, rule };
  }
  return first;
}

function dueAt(
  action: { readonly Days?: number | undefined; readonly Date?: number | undefined } | undefined,
  since: number,
): number | undefined {
  if (action?.Days !== undefined) return midnightAfter(since, action.Days);
  return action?.Date;
}

/** Whether a version that is no longer current goes. `newer`: how many newer ones there are that are not current either. */
export function expiresNoncurrent(
  rules: readonly LifecycleRule[],
  version: ObjectVersion,
  since: number,
  newer: number,
  now: number,
): boolean {
  return rules.some((rule) => {
    const { NoncurrentDays, NewerNoncurrentVersions = 0 } = rule.NoncurrentVersionExpiration ?? {};
    if (NoncurrentDays === undefined || !isEnabled(rule) || !isAbout(rule, version)) return false;
    return newer >= NewerNoncurrentVersions && midnightAfter(since, NoncurrentDays) <= now;
  });
}

/** Objects only ever move down this list. */
const order: readonly StorageClass[] = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];

const usualSmallest = 128 * 1024;

export interface TransitionQuestion {
  readonly object: StoredObject;
  /** Since when it is no longer current; undefined of the current version. */
  readonly noncurrentSince?: number;
  readonly newer?: number;
  readonly smallest: TransitionDefaultMinimumObjectSize;
  readonly now: number;
}

/** The lowest class that a due transition leads to; undefined where it stays. */
export function transitionOf(
  rules: readonly LifecycleRule[],
  question: TransitionQuestion,
): StorageClass | undefined {
  const { object } = question;
  let lowest = order.indexOf(object.storageClass);
  let chosen: StorageClass | undefined;
  for (const rule of rules) {
    if (!isEnabled(rule) || !isAbout(rule, object)) continue;
    for (const target of dueClasses(rule, question)) {
      const place = order.indexOf(target);
      if (place <= lowest || isTooSmall(rule, target, question)) continue;
      lowest = place;
      chosen = target;
    }
  }
  return chosen;
}

function dueClasses(rule: LifecycleRule, question: TransitionQuestion): readonly StorageClass[] {
  const { object, noncurrentSince, newer = 0, now } = question;
  if (noncurrentSince === undefined) {
    return (rule.Transitions ?? []).flatMap((each) => {
      const at = dueAt(each, object.modifiedAt);
      return at !== undefined && at <= now && each.StorageClass !== undefined ? [each.StorageClass] : [];
    });
  }
  return (rule.NoncurrentVersionTransitions ?? []).flatMap((each) => {
    const { NoncurrentDays, StorageClass, NewerNoncurrentVersions = 0 } = each;
    const due =
      NoncurrentDays !== undefined &&
      newer >= NewerNoncurrentVersions &&
      midnightAfter(noncurrentSince, NoncurrentDays) <= now;
    return due && StorageClass !== undefined ? [StorageClass] : [];
  });
}

/** A rule that speaks of sizes itself is taken at its word. */
function isTooSmall(rule: LifecycleRule, target: StorageClass, question: TransitionQuestion): boolean {
  const { Filter } = rule;
  const above = Filter?.And?.ObjectSizeGreaterThan ?? Filter?.ObjectSizeGreaterThan;
  const below = Filter?.And?.ObjectSizeLessThan ?? Filter?.ObjectSizeLessThan;
  if (above !== undefined || below !== undefined) return false;
  const archive = target === "GLACIER" || target === "DEEP_ARCHIVE";
  if (archive && question.smallest === "varies_by_storage_class") return false;
  return question.object.size < usualSmallest;
}
