// TagResource, UntagResource and ListTagsForResource.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "../../../model/generated/sns.d.ts";
import { sns } from "../faults.ts";
import { checkAccess } from "../topics/access.ts";
import { checkTags, tagsOf } from "../topics/tags.ts";
import { type OpenTopic, parseArn, Topic } from "../topics/topic.ts";

export async function tagResource(
  { ResourceArn, Tags }: TagResourceRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTagged(caller, ResourceArn, "TagResource");
  const tags = { ...topic.tags, ...tagsOf(Tags) };
  checkTags(tags);
  tx.put(Topic, { ...topic, tags });
  return {};
}

export async function untagResource(
  { ResourceArn, TagKeys }: UntagResourceRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTagged(caller, ResourceArn, "UntagResource");
  const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key)));
  tx.put(Topic, { ...topic, tags });
  return {};
}

export async function listTagsForResource(
  { ResourceArn }: ListTagsForResourceRequest,
  caller: Transaction,
): Promise<ListTagsForResourceResponse> {
  const { topic } = await openTagged(caller, ResourceArn, "ListTagsForResource");
  return { Tags: Object.entries(topic.tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** As other topics, but what is not there has another name here. */
async function openTagged(caller: Transaction, arn: string, action: string): Promise<OpenTopic> {
  const { place, name, id } = parseArn(arn, "ResourceArn");
  const tx = caller.at(place);
  const topic = id === undefined ? await tx.get(Topic, name) : undefined;
  checkAccess(caller, { arn, account: place.account, topic }, action);
  if (topic === undefined) throw fault(sns, "ResourceNotFound", "Resource does not exist");
  return { topic, tx };
}
