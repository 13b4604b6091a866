// Tags of what templates make, as maps, from one state to the next.

import type { ResourceContext } from "../../../core/resource-type.ts";
import { apigatewayv2 } from "../model.ts";

export type TagMap = Readonly<Record<string, string>>;

export async function applyTags(
  at: ResourceContext,
  ResourceArn: string,
  after: TagMap = {},
  before: TagMap = {},
): Promise<void> {
  const TagKeys = Object.keys(before).filter((name) => !(name in after));
  if (TagKeys.length > 0) await at.call(apigatewayv2, "UntagResource", { ResourceArn, TagKeys });
  const Tags = Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
  if (Object.keys(Tags).length > 0) await at.call(apigatewayv2, "TagResource", { ResourceArn, Tags });
}
