// Tags, by the older operations of streams and the newer ones of any ARN.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  AddTagsToStreamInput,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  RemoveTagsFromStreamInput,
  TagResourceInput,
  UntagResourceInput,
} from "../../../model/generated/kinesis.d.ts";
import { Consumer, openConsumer } from "../consumer.ts";
import { openArn, openStream, Stream } from "../stream.ts";
import { checkTags, withoutTags } from "../tag.ts";

type Nothing = Record<string, never>;
type Tags = Readonly<Record<string, string>>;

export async function addTagsToStream(input: AddTagsToStreamInput, caller: Transaction): Promise<Nothing> {
  const { stream, tx } = await openStream(caller, input);
  tx.put(Stream, { ...stream, tags: checkTags(input.Tags, stream.tags) });
  return {};
}

export async function removeTagsFromStream(
  input: RemoveTagsFromStreamInput,
  caller: Transaction,
): Promise<Nothing> {
  const { stream, tx } = await openStream(caller, input);
  tx.put(Stream, { ...stream, tags: withoutTags(stream.tags, input.TagKeys) });
  return {};
}

export async function listTagsForStream(
  input: ListTagsForStreamInput,
  caller: Transaction,
): Promise<ListTagsForStreamOutput> {
  const { stream } = await openStream(caller, input);
  const { Limit = 50, ExclusiveStartTagKey: after } = input;
  const rest = shown(stream.tags).filter(({ Key }) => after === undefined || Key > after);
  return { Tags: rest.slice(0, Limit), HasMoreTags: rest.length > Limit };
}

export async function tagResource(input: TagResourceInput, caller: Transaction): Promise<Nothing> {
  return retag(caller, input.ResourceARN, (tags) => checkTags(input.Tags, tags));
}

export async function untagResource(input: UntagResourceInput, caller: Transaction): Promise<Nothing> {
  return retag(caller, input.ResourceARN, (tags) => withoutTags(tags, input.TagKeys));
}

export async function listTagsForResource(
  { ResourceARN }: ListTagsForResourceInput,
  caller: Transaction,
): Promise<ListTagsForResourceOutput> {
  if (!isConsumer(ResourceARN)) return { Tags: shown((await openArn(caller, ResourceARN)).stream.tags) };
  return { Tags: shown((await openConsumer(caller, { ConsumerARN: ResourceARN })).consumer.tags) };
}

async function retag(caller: Transaction, arn: string, changed: (tags: Tags) => Tags): Promise<Nothing> {
  if (isConsumer(arn)) {
    const { consumer, tx } = await openConsumer(caller, { ConsumerARN: arn });
    tx.put(Consumer, { ...consumer, tags: changed(consumer.tags) });
  } else {
    const { stream, tx } = await openArn(caller, arn);
    tx.put(Stream, { ...stream, tags: changed(stream.tags) });
  }
  return {};
}

function isConsumer(arn: string): boolean {
  return arn.includes("/consumer/");
}

function shown(tags: Tags): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .toSorted((one, other) => (one.Key < other.Key ? -1 : 1));
}
