// What a lifecycle configuration may say.

import type { LifecycleRule } from "../../../model/generated/s3.d.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import { day, prefixOf } from "./rules.ts";

const mostRules = 1000;

export function checkRules(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0 || rules.length > mostRules) throw s3Fault("MalformedXML");
  const ids = rules.flatMap(({ ID }) => (ID === undefined || ID === "" ? [] : [ID]));
  if (ids.some((id) => id.length > 255)) throw invalid("ID length should not exceed allowed limit of 255");
  if (new Set(ids).size < ids.length) {
    throw invalid("Rule ID must be unique. Found same ID for more than one rule");
  }
  for (const rule of rules) checkRule(rule);
}

function checkRule(rule: LifecycleRule): void {
  checkFilter(rule);
  const { Expiration, Transitions = [], AbortIncompleteMultipartUpload: abort } = rule;
  const { NoncurrentVersionExpiration: noncurrent, NoncurrentVersionTransitions = [] } = rule;
  const actions = [Expiration, abort, noncurrent, ...Transitions, ...NoncurrentVersionTransitions];
  if (actions.every((action) => action === undefined)) {
    throw invalidRequest("At least one action needs to be specified in a rule");
  }
  checkExpiration(rule);
  for (const transition of Transitions) {
    if ((transition.Days === undefined) === (transition.Date === undefined)) throw s3Fault("MalformedXML");
    if (transition.StorageClass === undefined) throw s3Fault("MalformedXML");
    checkMoment("Transition", transition);
    checkWait(transition.Days, transition.StorageClass);
  }
  checkOrder(rule);
  if (noncurrent !== undefined) checkNoncurrent("NoncurrentVersionExpiration", noncurrent);
  for (const each of NoncurrentVersionTransitions) checkNoncurrent("NoncurrentVersionTransition", each);
  if (abort === undefined) return;
  if ((abort.DaysAfterInitiation ?? 0) <= 0) {
    throw invalid(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    );
  }
  if (hasTags(rule)) throw invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.");
}

/** One filter, or several within `And`. */
function checkFilter({ Filter, Prefix }: LifecycleRule): void {
  if ((Filter === undefined) === (Prefix === undefined)) throw s3Fault("MalformedXML");
  if (Filter === undefined) return;
  if (Object.values(Filter).filter((value) => value !== undefined).length > 1) throw s3Fault("MalformedXML");
  const { And } = Filter;
  if (And === undefined) return;
  const { Tags = [], ...others } = And;
  const count = Tags.length + Object.values(others).filter((value) => value !== undefined).length;
  if (count < 2) throw s3Fault("MalformedXML");
  if (new Set(Tags.map(({ Key }) => Key)).size < Tags.length) {
    throw invalidRequest("Duplicate Tag Keys are not allowed.");
  }
  const { ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = And;
  if (above !== undefined && below !== undefined && below <= above + 1) {
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
}

function hasTags({ Filter }: LifecycleRule): boolean {
  return Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0;
}

function checkExpiration(rule: LifecycleRule): void {
  const { Expiration } = rule;
  if (Expiration === undefined) return;
  const { Days, Date: date, ExpiredObjectDeleteMarker: marker } = Expiration;
  if ([Days, date, marker].filter((value) => value !== undefined).length !== 1) throw s3Fault("MalformedXML");
  if (marker !== undefined && hasTags(rule)) {
    throw invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.");
  }
  if (Days !== undefined && Days <= 0) {
    throw invalid("'Days' for Expiration action must be a positive integer");
  }
  checkMoment("Expiration", Expiration);
}

function checkMoment(
  action: string,
  { Days, Date: date }: { readonly Days?: number | undefined; readonly Date?: number | undefined },
): void {
  if (Days !== undefined && Days < 0) throw invalid(`'Days' in ${action} action must be nonnegative`);
  if (date !== undefined && date % day !== 0) throw invalid("'Date' must be at midnight GMT");
}

function checkWait(days: number | undefined, target: string): void {
  if (days === undefined || days >= 30 || !/^(?:STANDARD_IA|ONEZONE_IA)$/.test(target)) return;
  throw invalid(
    `'Days' in Transition action must be greater than or equal to 30 for storageClass '${target}'`,
  );
}

function checkOrder(rule: LifecycleRule): void {
  const { Expiration, Transitions = [] } = rule;
  const latest = Math.max(...Transitions.map(({ Days }) => Days ?? -1));
  if (Expiration?.Days === undefined || latest < 0 || Expiration.Days > latest) return;
  throw invalid(
    `'Days' in the Expiration action for filter '(prefix=${prefixOf(rule)})' must be greater than 'Days' in the Transition action`,
  );
}

function checkNoncurrent(
  action: string,
  given: {
    readonly NoncurrentDays?: number | undefined;
    readonly NewerNoncurrentVersions?: number | undefined;
  },
): void {
  const { NoncurrentDays, NewerNoncurrentVersions } = given;
  if (NoncurrentDays === undefined) throw s3Fault("MalformedXML");
  if (action === "NoncurrentVersionExpiration" ? NoncurrentDays <= 0 : NoncurrentDays < 0) {
    throw invalid(`'NoncurrentDays' for ${action} action must be a positive integer`);
  }
  if (
    NewerNoncurrentVersions !== undefined &&
    (NewerNoncurrentVersions < 1 || NewerNoncurrentVersions > 100)
  ) {
    throw invalid(`'NewerNoncurrentVersions' for ${action} action must be between 1 and 100`);
  }
}

function invalid(message: string): Error {
  return s3Fault("InvalidArgument", {}, message);
}
