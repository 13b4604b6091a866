// Tags of keys.

import { fault } from "../../../core/fault.ts";
import type { Tag } from "../../../model/generated/kms.d.ts";
import { kms } from "../model.ts";

const mostTags = 50;

export function tagsOf(given: readonly Tag[] | undefined): Record<string, string> {
  return withTags({}, given ?? []);
}

export function withTags(
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[],
): Record<string, string> {
  const names = given.map(({ TagKey }) => TagKey);
  if (new Set(names).size !== names.length) throw fault(kms, "TagException", "Duplicate tag keys");
  if (names.some((name) => /^aws:/i.test(name))) {
    throw fault(kms, "TagException", "aws: prefixed tag key names are not allowed for external use.");
  }
  const all = { ...tags, ...Object.fromEntries(given.map(({ TagKey, TagValue }) => [TagKey, TagValue])) };
  if (Object.keys(all).length > mostTags) throw fault(kms, "LimitExceededException", "Too many tags");
  return all;
}

export function showTags(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
