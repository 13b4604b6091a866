// A queue as a source of messages, used under the reader's role.

import type { Waiting } from "../../core/waiting.ts";
import type { Message, Sqs } from "../../model/generated/sqs.d.ts";
import { modelOf } from "../../model/handle.ts";

const sqs = modelOf<Sqs>("sqs");

export interface Queue {
  readonly arn: string;
  readonly region: string;
  readonly fifo: boolean;
  readonly url: string;
}

export function queueOf(arn: string, endpoint: string): Queue {
  const [, , , region = "", account = "", name = ""] = arn.split(":");
  return { arn, region, fifo: name.endsWith(".fifo"), url: `${endpoint}/${account}/${name}` };
}

/** Messages as soon as there are any; none after `waitSeconds`, or when `ctx` ends. */
export async function receive(
  ctx: Waiting,
  queue: Queue,
  most: number,
  waitSeconds: number,
): Promise<readonly Message[]> {
  const { Messages } = await ctx.call(sqs, "ReceiveMessage", {
    QueueUrl: queue.url,
    MaxNumberOfMessages: Math.min(10, most),
    WaitTimeSeconds: Math.min(20, waitSeconds),
    AttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  return Messages ?? [];
}

export async function remove(ctx: Waiting, queue: Queue, messages: readonly Message[]): Promise<void> {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages
      .slice(from, from + 10)
      .map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle! }));
    await ctx.call(sqs, "DeleteMessageBatch", { QueueUrl: queue.url, Entries });
  }
}

/** The queue's visibility timeout in seconds; throws the queue's own faults. */
export async function visibilityTimeout(ctx: Waiting, queue: Queue): Promise<number> {
  const { Attributes } = await ctx.call(sqs, "GetQueueAttributes", {
    QueueUrl: queue.url,
    AttributeNames: ["VisibilityTimeout"],
  });
  return Number(Attributes?.VisibilityTimeout ?? 30);
}
