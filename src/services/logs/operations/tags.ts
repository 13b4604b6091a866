// Tags of log groups, by the modern operations and the older ones, and of
// destinations.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { existingGroup, LogGroup, type LogGroupState } from "../log-group.ts";
import { type Input, logs, type Output } from "../model.ts";
import { Destination, destinationByArn } from "../subscriptions/destination.ts";

const maximumTags = 50;

export async function tagResource(
  input: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  (await tagged(tx, input.resourceArn)).put((tags) => added(tags, input.tags));
  return {};
}

export async function untagResource(
  input: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  (await tagged(tx, input.resourceArn)).put((tags) => without(tags, input.tagKeys));
  return {};
}

export async function listTagsForResource(
  input: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  return { tags: (await tagged(tx, input.resourceArn)).tags };
}

export async function tagLogGroup(
  input: Input<"TagLogGroup">,
  tx: Transaction,
): Promise<Output<"TagLogGroup">> {
  group(await existingGroup(tx, input.logGroupName), tx).put((tags) => added(tags, input.tags));
  return {};
}

export async function untagLogGroup(
  input: Input<"UntagLogGroup">,
  tx: Transaction,
): Promise<Output<"UntagLogGroup">> {
  group(await existingGroup(tx, input.logGroupName), tx).put((tags) => without(tags, input.tags));
  return {};
}

export async function listTagsLogGroup(
  input: Input<"ListTagsLogGroup">,
  tx: Transaction,
): Promise<Output<"ListTagsLogGroup">> {
  return { tags: (await existingGroup(tx, input.logGroupName)).tags };
}

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  put(change: (tags: Tags) => Tags): void;
}

async function tagged(tx: Transaction, arn: string): Promise<Tagged> {
  const destination = await destinationByArn(tx, arn);
  if (destination === undefined) return group(await existingGroup(tx, arn), tx);
  const { tags = {} } = destination;
  return { tags, put: (change) => tx.put(Destination, { ...destination, tags: change(tags) }) };
}

function group(state: LogGroupState, tx: Transaction): Tagged {
  const { tags } = state;
  return { tags, put: (change) => tx.put(LogGroup, { ...state, tags: change(tags) }) };
}

function added(tags: Tags, more: Tags): Tags {
  const all = { ...tags, ...more };
  if (Object.keys(all).length > maximumTags) {
    throw fault(logs, "TooManyTagsException", `The resource can have no more than ${maximumTags} tags.`);
  }
  return all;
}

function without(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
