// TagDeliveryStream, UntagDeliveryStream and ListTagsForDeliveryStream.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListTagsForDeliveryStreamInput,
  ListTagsForDeliveryStreamOutput,
  TagDeliveryStreamInput,
  UntagDeliveryStreamInput,
} from "../../../model/generated/firehose.d.ts";
import { DeliveryStream, openStream } from "../stream.ts";
import { mergedTags } from "../tag.ts";

type Nothing = Record<string, never>;

export async function tagDeliveryStream(
  { DeliveryStreamName, Tags }: TagDeliveryStreamInput,
  tx: Transaction,
): Promise<Nothing> {
  const stream = await openStream(tx, DeliveryStreamName);
  tx.put(DeliveryStream, { ...stream, tags: mergedTags(stream.tags, Tags) });
  return {};
}

export async function untagDeliveryStream(
  { DeliveryStreamName, TagKeys }: UntagDeliveryStreamInput,
  tx: Transaction,
): Promise<Nothing> {
  const stream = await openStream(tx, DeliveryStreamName);
  const tags = Object.fromEntries(Object.entries(stream.tags).filter(([key]) => !TagKeys.includes(key)));
  tx.put(DeliveryStream, { ...stream, tags });
  return {};
}

export async function listTagsForDeliveryStream(
  input: ListTagsForDeliveryStreamInput,
  tx: Transaction,
): Promise<ListTagsForDeliveryStreamOutput> {
  const { tags } = await openStream(tx, input.DeliveryStreamName);
  const { ExclusiveStartTagKey: after, Limit = 50 } = input;
  const rest = Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .toSorted((one, other) => (one.Key < other.Key ? -1 : 1))
    .filter(({ Key }) => after === undefined || Key > after);
  return { Tags: rest.slice(0, Limit), HasMoreTags: rest.length > Limit };
}
