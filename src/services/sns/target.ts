// Topics as targets: the text is published. Deliveries to one topic travel in
// batches.

import { type Aim, defineTarget, type TargetOutcome } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { PublishBatchRequestEntry } from "../../model/generated/sns.d.ts";
import { sns } from "./faults.ts";

const mostEntries = 10;
const largestBatchBytes = 250_000;

export const topicTarget = defineTarget({ arns: "sns:*", sendAll });

/** What the sender may say of the message, by the names of Publish. */
interface Parameters {
  readonly Subject?: string;
  readonly MessageAttributes?: PublishBatchRequestEntry["MessageAttributes"];
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** One batch after the other: the order of the messages stays. */
async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const TopicArn = aims[0]!.arn;
  const outcomes: TargetOutcome[] = [];
  for (const batch of batches(aims)) {
    const entries = batch.map((aim, at) => entryOf(aim, String(at)));
    const answer = await ctx.call(sns, "PublishBatch", { TopicArn, PublishBatchRequestEntries: entries });
    const answers = new Map<string | undefined, TargetOutcome>(
      answer.Successful?.map(({ Id, ...output }) => [Id, { output }]),
    );
    for (const { Id, Code, Message = "", SenderFault } of answer.Failed ?? []) {
      answers.set(Id, { failure: { code: Code, message: Message, passing: !SenderFault } });
    }
    for (const { Id } of entries) outcomes.push(answers.get(Id) ?? {});
  }
  return outcomes;
}

function* batches(aims: readonly Aim[]): Generator<readonly Aim[]> {
  let batch: Aim[] = [];
  let bytes = 0;
  for (const aim of aims) {
    const size = Buffer.byteLength(aim.input);
    if (batch.length === mostEntries || (batch.length > 0 && bytes + size > largestBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(aim);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function entryOf({ input, parameters = {} }: Aim, Id: string): PublishBatchRequestEntry {
  const { Subject, MessageAttributes, MessageGroupId, MessageDeduplicationId } = parameters as Parameters;
  return { Id, Message: input, Subject, MessageAttributes, MessageGroupId, MessageDeduplicationId };
}
