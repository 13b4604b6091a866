// Properties of templates begin with a capital, members of the API do not,
// except for those of tags and tag filters.

import { type ResourceContext, type Tag, tagChanges } from "../../../core/resource-type.ts";
import { codedeploy } from "../model.ts";

const asTheyAre = new Set(["Tags", "Ec2TagFilters", "OnPremisesInstanceTagFilters"]);

export function memberNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(memberNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name === "ECSServices" ? "ecsServices" : name.charAt(0).toLowerCase() + name.slice(1),
      asTheyAre.has(name) ? each : memberNames(each),
    ]),
  );
}

export async function setTags(
  ResourceArn: string,
  after: readonly Tag[] | undefined,
  before: readonly Tag[] | undefined,
  at: ResourceContext,
): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (remove.length > 0) await at.call(codedeploy, "UntagResource", { ResourceArn, TagKeys: remove });
  if (set.length > 0) await at.call(codedeploy, "TagResource", { ResourceArn, Tags: set });
}
