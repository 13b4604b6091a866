// AddTagsToResource, RemoveTagsFromResource and ListTagsForResource, for
// parameters: what else of Systems Manager has tags is not here.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AddTagsToResourceRequest,
  AddTagsToResourceResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  RemoveTagsFromResourceResult,
} from "../../../model/generated/ssm.d.ts";
import { ssm } from "../model.ts";
import { findParameter, Parameter } from "../parameters/parameter.ts";
import { withTags } from "../parameters/tags.ts";

async function tagged(
  tx: Transaction,
  { ResourceType, ResourceId }: ListTagsForResourceRequest,
  action: string,
) {
  if (ResourceType !== "Parameter") throw notImplemented("ssm", `the ResourceType ${ResourceType}`);
  const found = await findParameter(tx, ResourceId, action);
  if (found === undefined || found.shared) {
    throw fault(
      ssm,
      "InvalidResourceId",
      "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
    );
  }
  return found.parameter;
}

export async function addTagsToResource(
  input: AddTagsToResourceRequest,
  tx: Transaction,
): Promise<AddTagsToResourceResult> {
  const parameter = await tagged(tx, input, "AddTagsToResource");
  tx.put(Parameter, { ...parameter, tags: withTags(parameter.tags, input.Tags) });
  return {};
}

export async function removeTagsFromResource(
  input: RemoveTagsFromResourceRequest,
  tx: Transaction,
): Promise<RemoveTagsFromResourceResult> {
  const parameter = await tagged(tx, input, "RemoveTagsFromResource");
  const gone = new Set(input.TagKeys);
  const tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !gone.has(key)));
  tx.put(Parameter, { ...parameter, tags });
  return {};
}

export async function listTagsForResource(
  input: ListTagsForResourceRequest,
  tx: Transaction,
): Promise<ListTagsForResourceResult> {
  const { tags } = await tagged(tx, input, "ListTagsForResource");
  return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}
