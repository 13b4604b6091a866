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
/** Before looking again for a message that another receive holds, and may yet give back. */
const retryMilliseconds = 20;

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
  // Read on its own: the counters change with every receive and delete, and
  // within the receive's own transaction all of these would conflict over them.
  const { queue, full } = await ctx.atomically((tx) => queueToReceiveFrom(tx, input.QueueUrl));
  if (full && queue.fifo) return {};
  if (full)
    throw fault(sqs, "OverLimit", `Too many messages in flight: a queue has at most ${mostInFlight}.`);
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
      if (tx.now >= deadline) return {};
      const first = await messagesOf(queue).firstVisibleAt(tx, queue);
      return { retryAt: first && Math.max(first, tx.now + retryMilliseconds) };
    });
  const received = await ctx.waitFor(queueTopic(queue), deadline, look);
  if (received === undefined) return {};
  return { Messages: received.map((each) => showMessage(each, shown)) };
}

async function queueToReceiveFrom(
  caller: Transaction,
  url: string,
): Promise<{ readonly queue: QueueState; readonly full: boolean }> {
  const { queue, tx } = await openQueue(caller, url);
  // The exact number takes reading every message in flight: only where it may matter.
  if ((await deliveredCount(tx, queue)) < mostInFlight) return { queue, full: false };
  return { queue, full: (await messagesOf(queue).count(tx, queue)).inFlight >= mostInFlight };
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
