// Tags of log groups, by the modern operations and the older ones.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { existingGroup, LogGroup, type LogGroupState } from "../log-group.ts";
import { type Input, logs, type Output } from "../model.ts";

const maximumTags = 50;

export async function tagResource(
  input: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  add(await existingGroup(tx, input.resourceArn), input.tags, tx);
  return {};
}

export async function untagResource(
  input: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  remove(await existingGroup(tx, input.resourceArn), input.tagKeys, tx);
  return {};
}

export async function listTagsForResource(
  input: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  return { tags: (await existingGroup(tx, input.resourceArn)).tags };
}

export async function tagLogGroup(
  input: Input<"TagLogGroup">,
  tx: Transaction,
): Promise<Output<"TagLogGroup">> {
  add(await existingGroup(tx, input.logGroupName), input.tags, tx);
  return {};
}

export async function untagLogGroup(
  input: Input<"UntagLogGroup">,
  tx: Transaction,
): Promise<Output<"UntagLogGroup">> {
  remove(await existingGroup(tx, input.logGroupName), input.tags, tx);
  return {};
}

export async function listTagsLogGroup(
  input: Input<"ListTagsLogGroup">,
  tx: Transaction,
): Promise<Output<"ListTagsLogGroup">> {
  return { tags: (await existingGroup(tx, input.logGroupName)).tags };
}

function add(group: LogGroupState, tags: Readonly<Record<string, string>>, tx: Transaction): void {
  const all = { ...group.tags, ...tags };
  if (Object.keys(all).length > maximumTags) {
    throw fault(logs, "TooManyTagsException", `The resource can have no more than ${maximumTags} tags.`);
  }
  tx.put(LogGroup, { ...group, tags: all });
}

function remove(group: LogGroupState, keys: readonly string[], tx: Transaction): void {
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
  tx.put(LogGroup, { ...group, tags });
}
