// TagQueue, UntagQueue and ListQueueTags.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListQueueTagsRequest,
  ListQueueTagsResult,
  TagQueueRequest,
  UntagQueueRequest,
} from "../../../model/generated/sqs.d.ts";
import { invalidValue } from "../faults.ts";
import { openQueue, Queue } from "../queue.ts";

const mostTags = 50;

export async function tagQueue(
  { QueueUrl, Tags }: TagQueueRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "TagQueue");
  const tags = { ...queue.tags, ...Tags };
  checkTags(tags);
  tx.put(Queue, { ...queue, tags });
  return {};
}

export async function untagQueue(
  { QueueUrl, TagKeys }: UntagQueueRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "UntagQueue");
  const tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key)));
  tx.put(Queue, { ...queue, tags });
  return {};
}

export async function listQueueTags(
  { QueueUrl }: ListQueueTagsRequest,
  caller: Transaction,
): Promise<ListQueueTagsResult> {
  const { queue } = await openQueue(caller, QueueUrl, "ListQueueTags");
  return Object.keys(queue.tags).length === 0 ? {} : { Tags: queue.tags };
}

export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > mostTags) throw invalidValue(`Too many tags added for queue: at most ${mostTags}.`);
  for (const [key, value] of entries) {
    if (key === "" || key.length > 128 || /^aws:/i.test(key))
      throw invalidValue(`Tag key '${key}' is invalid.`);
    if (value.length > 256) throw invalidValue(`The value of tag '${key}' is too long.`);
  }
}
