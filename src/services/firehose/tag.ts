// Tags of streams: at most fifty each.

import type { Tag } from "../../model/generated/firehose.d.ts";
import { limitExceeded } from "./faults.ts";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

export function mergedTags(current: Tags, given: readonly Tag[]): Tags {
  const tags = { ...current };
  for (const { Key, Value = "" } of given) {
    tags[Key] = Value;
  }
  if (Object.keys(tags).length > mostTags) {
    throw limitExceeded(`A Firehose stream cannot have more than ${mostTags} tags.`);
  }
  return tags;
}
