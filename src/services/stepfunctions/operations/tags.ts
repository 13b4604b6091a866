// Tags of state machines and activities.

import type { Transaction } from "../../../core/transaction.ts";
import { Activity } from "../activity.ts";
import { isHere, parseArn } from "../arn.ts";
import { type Input, type Output, resourceNotFound } from "../model.ts";
import { StateMachine } from "../state-machine.ts";
import { type Tags, tagList, tagMap } from "../tags.ts";

interface Tagged {
  readonly tags: Tags;
  readonly replace: (tags: Tags) => void;
}

async function openTagged(tx: Transaction, arn: string): Promise<Tagged> {
  const parsed = parseArn(arn, "stateMachine", "activity");
  if (!isHere(parsed, tx)) throw resourceNotFound(arn);
  const { kind, parts } = parsed;
  const name = parts[0]!;
  if (kind === "activity") {
    const activity = await tx.get(Activity, name);
    if (activity === undefined) throw resourceNotFound(arn);
    return { tags: activity.tags, replace: (tags) => tx.put(Activity, { ...activity, tags }) };
  }
  const machine = parts.length === 1 ? await tx.get(StateMachine, name) : undefined;
  if (machine === undefined) throw resourceNotFound(arn);
  return { tags: machine.tags, replace: (tags) => tx.put(StateMachine, { ...machine, tags }) };
}

export async function tagResource(
  input: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const tagged = await openTagged(tx, input.resourceArn);
  tagged.replace(tagMap(input.tags, tagged.tags, input.resourceArn));
  return {};
}

export async function untagResource(
  input: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const tagged = await openTagged(tx, input.resourceArn);
  const kept = Object.entries(tagged.tags).filter(([key]) => !input.tagKeys.includes(key));
  tagged.replace(Object.fromEntries(kept));
  return {};
}

export async function listTagsForResource(
  input: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  return { tags: tagList((await openTagged(tx, input.resourceArn)).tags) };
}
