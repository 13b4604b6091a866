// A bucket's lifecycle rules as a template writes them, with their older
// spellings, turned into the words of PutBucketLifecycleConfiguration.

import type { Properties } from "../../../core/resource-type.ts";

type List = readonly Properties[];

const some = (value: Properties): Properties | undefined =>
  Object.values(value).some((each) => each !== undefined) ? value : undefined;

function transition({ TransitionDate, TransitionInDays, StorageClass }: Properties): Properties {
  return { Date: TransitionDate, Days: TransitionInDays, StorageClass };
}

function noncurrent(given: Properties): Properties {
  const { TransitionInDays, NewerNoncurrentVersions, StorageClass } = given;
  return { NoncurrentDays: TransitionInDays, NewerNoncurrentVersions, StorageClass };
}

function filter(rule: Properties): Properties {
  const { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan } = rule;
  const Tags = (rule.TagFilters as List | undefined) ?? [];
  const sizes = {
    ObjectSizeGreaterThan: number(ObjectSizeGreaterThan),
    ObjectSizeLessThan: number(ObjectSizeLessThan),
  };
  const conditions = [Prefix, ...Object.values(sizes), ...Tags].filter((each) => each !== undefined).length;
  if (conditions === 0) return { Prefix: "" };
  if (conditions === 1) return { Prefix, ...sizes, Tag: Tags[0] };
  return { And: { Prefix, ...sizes, ...(Tags.length > 0 ? { Tags } : {}) } };
}

const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));

function lifecycleRule(rule: Properties): Properties {
  const transitions = [...((rule.Transitions as List) ?? []), ...(rule.Transition ? [rule.Transition] : [])];
  const older = [
    ...((rule.NoncurrentVersionTransitions as List) ?? []),
    ...(rule.NoncurrentVersionTransition ? [rule.NoncurrentVersionTransition] : []),
  ];
  const expiration = rule.NoncurrentVersionExpiration as Properties | undefined;
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: filter(rule),
    Expiration: some({
      Date: rule.ExpirationDate,
      Days: rule.ExpirationInDays,
      ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker,
    }),
    Transitions:
      transitions.length > 0 ? transitions.map((each) => transition(each as Properties)) : undefined,
    NoncurrentVersionTransitions:
      older.length > 0 ? older.map((each) => noncurrent(each as Properties)) : undefined,
    NoncurrentVersionExpiration: some({
      NoncurrentDays: expiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays,
      NewerNoncurrentVersions: expiration?.NewerNoncurrentVersions,
    }),
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

export function lifecycleInput(value: Properties): Properties {
  return {
    LifecycleConfiguration: { Rules: (value.Rules as List).map(lifecycleRule) },
    TransitionDefaultMinimumObjectSize: value.TransitionDefaultMinimumObjectSize,
  };
}
