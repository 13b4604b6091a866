// Tags of repositories.

import { fault } from "../../../core/fault.ts";
import type { Tag } from "../../../model/generated/ecr.d.ts";
import { ecr } from "../model.ts";

const mostTags = 50;

export function withTags(
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[] = [],
): Readonly<Record<string, string>> {
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size !== keys.length) {
    throw fault(ecr, "InvalidTagParameterException", "Duplicate tag keys are not allowed.");
  }
  if (keys.some((key) => /^aws:/i.test(key) && !key.startsWith("aws:cloudformation:"))) {
    throw fault(ecr, "InvalidTagParameterException", "Tag keys can't begin with aws:, which AWS reserves.");
  }
  const all = { ...tags, ...Object.fromEntries(given.map(({ Key, Value }) => [Key, Value])) };
  if (Object.keys(all).length > mostTags) {
    throw fault(ecr, "TooManyTagsException", `A repository can have at most ${mostTags} tags.`);
  }
  return all;
}

export const showTags = (tags: Readonly<Record<string, string>>): readonly Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
