// Tags of state machines and activities.

import { fault } from "../../core/fault.ts";
import type { Tag } from "../../model/generated/stepfunctions.d.ts";
import { stepfunctions } from "./model.ts";

const maximumTags = 50;

export type Tags = Readonly<Record<string, string>>;

export function tagMap(tags: readonly Tag[] | undefined, before: Tags = {}, arn?: string): Tags {
  const map = { ...before };
  for (const { key, value } of tags ?? []) if (key !== undefined) map[key] = value ?? "";
  if (Object.keys(map).length > maximumTags) {
    throw fault(stepfunctions, "TooManyTags", "Too many tags: a resource may have at most 50 tags", {
      fields: { resourceName: arn },
    });
  }
  return map;
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
