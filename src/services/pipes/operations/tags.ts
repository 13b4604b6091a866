// Tags of pipes.

import type { Transaction } from "../../../core/transaction.ts";
import { type Input, invalid, type Output } from "../model.ts";
import { openPipe, Pipe, type PipeState } from "../pipe.ts";

const mostTags = 50;

export async function tagResource(
  { resourceArn, tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const pipe = await named(tx, resourceArn);
  const all = { ...pipe.tags, ...tags };
  if (Object.keys(all).length > mostTags) throw invalid(`A pipe has at most ${mostTags} tags.`);
  tx.put(Pipe, { ...pipe, tags: all });
  return {};
}

export async function untagResource(
  { resourceArn, tagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const pipe = await named(tx, resourceArn);
  const tags = Object.fromEntries(Object.entries(pipe.tags).filter(([key]) => !tagKeys.includes(key)));
  tx.put(Pipe, { ...pipe, tags });
  return {};
}

export async function listTagsForResource(
  { resourceArn }: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  return { tags: (await named(tx, resourceArn)).tags };
}

async function named(tx: Transaction, arn: string): Promise<PipeState> {
  const name = arn.split(":pipe/")[1];
  if (name === undefined) throw invalid(`${arn} is not the ARN of a pipe.`);
  return openPipe(tx, name);
}
