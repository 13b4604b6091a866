// Queues as targets: the text becomes a message. Deliveries to one queue travel
// in batches.

import { type Aim, defineTarget, type TargetOutcome, targetArn } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { SendMessageBatchRequestEntry } from "../../model/generated/sqs.d.ts";
import { sqs } from "./faults.ts";

const mostEntries = 10;
const largestBatchBytes = 1_048_576;

export const queueTarget = defineTarget({ arns: "sqs:*", sendAll });

/** One batch after the other: the order of the messages stays. */
async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const { account, resource } = targetArn(aims[0]!.arn);
  const QueueUrl = `${ctx.endpoint}/${account}/${resource}`;
  const outcomes: TargetOutcome[] = [];
  for (const batch of batches(aims)) {
    const Entries = batch.map((aim, at) => entry(aim, String(at)));
    const { Successful = [], Failed = [] } = await ctx.call(sqs, "SendMessageBatch", { QueueUrl, Entries });
    const answers = new Map<string, TargetOutcome>(Successful.map((sent) => [sent.Id, { output: sent }]));
    for (const { Id, Code, Message = "", SenderFault } of Failed) {
      answers.set(Id, { failure: { code: Code, message: Message, passing: !SenderFault } });
    }
    for (const { Id } of Entries) outcomes.push(answers.get(Id) ?? {});
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

/** Rules and schedules say `SqsParameters`, pipes `SqsQueueParameters`; dead letters carry attributes. */
function entry({ input, parameters = {}, traceHeader }: Aim, Id: string): SendMessageBatchRequestEntry {
  const { SqsParameters, SqsQueueParameters, MessageAttributes } = parameters as {
    readonly SqsParameters?: Fifo;
    readonly SqsQueueParameters?: Fifo;
    readonly MessageAttributes?: SendMessageBatchRequestEntry["MessageAttributes"];
  };
  const fifo = SqsParameters ?? SqsQueueParameters;
  return {
    Id,
    MessageBody: input,
    ...(fifo?.MessageGroupId === undefined ? {} : { MessageGroupId: fifo.MessageGroupId }),
    ...(fifo?.MessageDeduplicationId === undefined
      ? {}
      : { MessageDeduplicationId: fifo.MessageDeduplicationId }),
    ...(MessageAttributes === undefined ? {} : { MessageAttributes }),
    ...(traceHeader === undefined
      ? {}
      : {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
        }),
  };
}

interface Fifo {
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}
