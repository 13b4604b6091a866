// The queue of a mapping, used under the function's role.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Message, Sqs } from "../../../model/generated/sqs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { invalid } from "../model.ts";

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

/** `ctx` acts for the role that Lambda assumed. */
export function underRole(ctx: Waiting, roleArn: string, queue: Queue): Waiting {
  return ctx.asRole(roleArn, "awslambda").at({ region: queue.region });
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

/** Throws AWS's fault where the role cannot use the queue, or the queue does not suit the function. */
export async function checkQueue(ctx: Waiting, queue: Queue, timeoutSeconds: number): Promise<void> {
  const { Attributes } = await ctx
    .call(sqs, "GetQueueAttributes", { QueueUrl: queue.url, AttributeNames: ["VisibilityTimeout"] })
    .catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      if (error.code.startsWith("AccessDenied")) {
        throw invalid("The provided execution role does not have permissions to call ReceiveMessage on SQS");
      }
      if (error.code !== "QueueDoesNotExist") throw error;
      throw invalid(
        "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist for this wsdl version.",
      );
    });
  const visibility = Number(Attributes?.VisibilityTimeout ?? 30);
  if (visibility < timeoutSeconds) {
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }
}
