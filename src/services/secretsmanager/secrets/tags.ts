// Tags of secrets.

import { fault } from "../../../core/fault.ts";
import type { Tag } from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter, secretsmanager } from "../model.ts";

const mostTags = 50;

export function withTags(
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[] = [],
): Readonly<Record<string, string>> {
  const names = given.map(({ Key }) => Key ?? "");
  if (new Set(names).size !== names.length) throw invalidParameter("Duplicate tag keys are not allowed.");
  if (names.some((name) => /^aws:/i.test(name) && !/^aws:cloudformation:/.test(name))) {
    throw invalidParameter("Tag keys can't begin with aws:, which is reserved for AWS use.");
  }
  const all = { ...tags, ...Object.fromEntries(given.map(({ Key = "", Value = "" }) => [Key, Value])) };
  if (Object.keys(all).length > mostTags) {
    throw fault(secretsmanager, "LimitExceededException", `A secret can have at most ${mostTags} tags.`);
  }
  return all;
}
