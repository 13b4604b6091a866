// Tags of parameters.

import { fault } from "../../../core/fault.ts";
import type { Tag } from "../../../model/generated/ssm.d.ts";
import { ssm, validation } from "../model.ts";

const mostTags = 50;

export function withTags(
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[] = [],
): Readonly<Record<string, string>> {
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size !== keys.length) throw validation("Duplicate tag keys are not allowed.");
  if (keys.some((key) => /^aws:/i.test(key) && !key.startsWith("aws:cloudformation:"))) {
    throw validation("Tag keys can't begin with aws:, which is reserved for AWS use.");
  }
  const all = { ...tags, ...Object.fromEntries(given.map(({ Key, Value }) => [Key, Value])) };
  if (Object.keys(all).length > mostTags) {
    throw fault(ssm, "TooManyTagsError", `The number of tags exceeds the limit of ${mostTags}.`);
  }
  return all;
}
