// ReceiveMessage: takes what is there, or waits for what comes.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { ReceiveMessageRequest, ReceiveMessageResult } from "../../../model/generated/sqs.d.ts";
import { invalidParameter, sqs } from "../faults.ts";
import { deliveredCount } from "../messages/counters.ts";
import { receiveAttempt } from "../messages/receive-attempt.ts";
import { messagesOf, type Received } from "../messages/store.ts";
import { openQueue, type QueueState, queueTopic } from "../queue.ts";
import { checkSystemAttributeNames, type Shown, showMessage } from "../received-message.ts";
import { longestVisibilityTimeoutSeconds } from "../visibility.ts";

const mostInFlight = 120_000;
const mostMessages = 10;
const longestWaitSeconds = 20;

export async function receiveMessage(
  input: ReceiveMessageRequest,
  ctx: Waiting,
): Promise<ReceiveMessageResult> {
  const most = integer(input, "MaxNumberOfMessages", 1, mostMessages) ?? 1;
  const wait = integer(input, "WaitTimeSeconds", 0, longestWaitSeconds);
  const visibility = integer(input, "VisibilityTimeout", 0, longestVisibilityTimeoutSeconds);
  const shown: Shown = {
    systemAttributes: checkSystemAttributeNames([
      ...(input.AttributeNames ?? []),
      ...(input.MessageSystemAttributeNames ?? []),
    ]),
    attributes: input.MessageAttributeNames ?? [],
  };
  // Read on its own: the counter changes with every receive and delete, and
  // within the receive's own transaction all of these would conflict over it.
  const queue = await ctx.atomically((tx) => queueWithRoom(tx, input.QueueUrl));
  const deadline = ctx.now() + (wait ?? queue.receiveWaitSeconds) * 1000;

  const look = (): Promise<Attempt<readonly Received[]>> =>
    ctx.atomically(async (caller) => {
      const { queue, tx } = await openQueue(caller, input.QueueUrl);
      const visibleAt = tx.now + (visibility ?? queue.visibilityTimeoutSeconds) * 1000;
      const attemptId = queue.fifo ? input.ReceiveRequestAttemptId : undefined;
      const received =
        attemptId === undefined
          ? await messagesOf(queue).receive(tx, queue, most, visibleAt)
          : await receiveAttempt(tx, queue, attemptId, most, visibleAt);
      if (received.length > 0) return { done: received };
      return tx.now >= deadline ? {} : { retryAt: await messagesOf(queue).nextVisibleAt(tx, queue) };
    });
  const received = await ctx.waitFor(queueTopic(queue), deadline, look);
  if (received === undefined) return {};
  return { Messages: received.map((each) => showMessage(each, shown)) };
}

async function queueWithRoom(caller: Transaction, url: string): Promise<QueueState> {
  const { queue, tx } = await openQueue(caller, url);
  // FIFO queues answer nothing at that point, rather than an error.
  if (queue.fifo || (await deliveredCount(tx, queue)) < mostInFlight) return queue;
  const { inFlight } = await messagesOf(queue).count(tx, queue);
  if (inFlight < mostInFlight) return queue;
  throw fault(sqs, "OverLimit", `Too many messages in flight: a queue has at most ${mostInFlight}.`);
}

function integer(
  input: ReceiveMessageRequest,
  name: "MaxNumberOfMessages" | "WaitTimeSeconds" | "VisibilityTimeout",
  least: number,
  most: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || (value >= least && value <= most)) return value;
  const reason =
    name === "MaxNumberOfMessages"
      ? `Must be between ${least} and ${most}, if provided.`
      : `Must be >= ${least} and <= ${most}, if provided.`;
  throw invalidParameter(name, value, reason);
}
