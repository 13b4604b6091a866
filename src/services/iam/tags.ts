// Tags, as every taggable IAM entity keeps them: keys keep their case, but do
// not differ by it.

import type { Tag } from "../../model/generated/iam.d.ts";
import { invalidInput, limitExceeded } from "./model.ts";

export type Tags = readonly Tag[];

const largestTagCount = 50;

/** The tags of a new entity. */
export function newTags(tags: Tags | undefined): Tags {
  return mergeTags([], tags ?? []);
}

/** `changes` over `tags`: a key that is there already takes the new value in its old place. */
export function mergeTags(tags: Tags, changes: Tags): Tags {
  const seen = new Set<string>();
  for (const { Key } of changes) {
    const key = Key.toLowerCase();
    if (key.startsWith("aws:")) {
      throw invalidInput("aws: prefixed tag key names are not allowed for external use.");
    }
    if (seen.has(key)) {
      throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    seen.add(key);
  }
  const merged = new Map(tags.map((tag) => [tag.Key.toLowerCase(), tag]));
  for (const { Key, Value } of changes) merged.set(Key.toLowerCase(), { Key, Value });
  if (merged.size > largestTagCount) {
    throw limitExceeded(`The number of tags has reached the maximum limit: ${largestTagCount}.`);
  }
  return [...merged.values()];
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter((tag) => !gone.has(tag.Key.toLowerCase()));
}

/** As core's resources declare tags. */
export function tagMap(value: { readonly tags: Tags }): Readonly<Record<string, string>> {
  return Object.fromEntries(value.tags.map((tag) => [tag.Key, tag.Value]));
}

/** AWS leaves the member out where there are none. */
export function describeTags(tags: Tags): { readonly Tags?: Tags } {
  return tags.length === 0 ? {} : { Tags: tags };
}
