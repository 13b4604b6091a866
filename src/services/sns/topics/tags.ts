// Tags of topics.

import { fault } from "../../../core/fault.ts";
import type { Tag } from "../../../model/generated/sns.d.ts";
import { invalidParameter, sns } from "../faults.ts";

const mostTags = 50;

export function tagsOf(given: readonly Tag[] | undefined): Record<string, string> {
  const names = (given ?? []).map(({ Key }) => Key);
  if (new Set(names).size !== names.length) throw invalidParameter("Duplicated keys are not allowed.");
  return Object.fromEntries((given ?? []).map(({ Key, Value }) => [Key, Value]));
}

export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > mostTags) {
    throw fault(sns, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded");
  }
  for (const [key, value] of entries) {
    if (key === "" || key.length > 128 || /^aws:/i.test(key) || value.length > 256) {
      throw invalidParameter(`Tags: '${key}' is not a valid tag`);
    }
  }
}
