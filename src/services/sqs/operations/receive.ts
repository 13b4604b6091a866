// ReceiveMessage: takes what is there, or waits for what comes.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { ReceiveMessageRequest, ReceiveMessageResult } from "../../../model/generated/sqs.d.ts";
import { invalidParameter, sqs } from "../faults.ts";
import { estimateDelivered } from "../messages/counters.ts";
import { receiveAttempt } from "../messages/receive-attempt.ts";
import { messagesOf, type Received } from "../messages/store.ts";
import { openQueue, type QueueState, queueTopic } from "../queue.ts";
import { checkSystemAttributeNames, type Shown, showMessage } from "../received-message.ts";
import { longestVisibilityTimeoutSeconds } from "../visibility.ts";

const mostInFlight = 120_000;
const mostMessages = 10;
const longestWaitSeconds = 20;
/** Thrown into a look that found too many in flight, so that it has taken nothing. */
const crowded = new Error("There may be too many messages in flight");
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
  const begun = ctx.now();
  const look = (roomIsKnown: boolean): Promise<Look> =>
    ctx.atomically(async (caller) => {
      const { queue, tx } = await openQueue(caller, input.QueueUrl, "ReceiveMessage");
      const deadline = begun + (wait ?? queue.receiveWaitSeconds) * 1000;
      const visibleAt = tx.now + (visibility ?? queue.visibilityTimeoutSeconds) * 1000;
      const attemptId = queue.fifo ? input.ReceiveRequestAttemptId : undefined;
      // Side by side: with the store in a database they are one round trip.
      const [delivered, received] = await Promise.all([
        roomIsKnown ? 0 : estimateDelivered(tx, queue),
        attemptId === undefined
          ? messagesOf(queue).receive(tx, queue, most, visibleAt)
          : receiveAttempt(tx, queue, attemptId, most, visibleAt),
      ]);
      if (delivered >= mostInFlight) throw crowded;
      if (received.length > 0 || tx.now >= deadline) return { done: received, queue, deadline };
      const first = await messagesOf(queue).firstVisibleAt(tx, queue);
      return { retryAt: first && Math.max(first, tx.now + retryMilliseconds), queue, deadline };
    });

  const first = await look(false).catch(async (error: unknown) => {
    if (error !== crowded) throw error;
    return (await ctx.atomically((tx) => hasRoom(tx, input.QueueUrl))) ? look(true) : undefined;
  });
  if (first === undefined) return {};
  // Most receives find something at once, or wait for nothing.
  const received =
    "done" in first
      ? first.done
      : await ctx.waitFor(queueTopic(first.queue), first.deadline, () => look(true));
  if (received === undefined || received.length === 0) return {};
  return { Messages: received.map((each) => showMessage(each, shown)) };
}

/** What one look into the queue came to. */
type Look = Attempt<readonly Received[]> & {
  readonly queue: QueueState;
  readonly deadline: number;
};

/**
 * The exact number takes reading every message in flight: only where it may matter, and in a transaction of
 * its own. A standard queue without room is an error, a FIFO queue says nothing.
 */
async function hasRoom(caller: Transaction, url: string): Promise<boolean> {
  const { queue, tx } = await openQueue(caller, url, "ReceiveMessage");
  if ((await messagesOf(queue).count(tx, queue)).inFlight < mostInFlight) return true;
  if (queue.fifo) return false;
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
