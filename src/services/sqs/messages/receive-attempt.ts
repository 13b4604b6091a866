// ReceiveRequestAttemptId: a receive from a FIFO queue whose answer was lost can
// be asked for again within five minutes, and finds the same messages.

import type { Transaction } from "../../../core/transaction.ts";
import type { QueueState } from "../queue.ts";
import { fifoMessages, receivedAgain } from "./fifo.ts";
import { recall, remember } from "./memory.ts";
import type { Received } from "./store.ts";

interface ReceiveAttempt {
  readonly receiptHandles: readonly string[];
  /** Until when they were hidden; a message whose visibility was changed since is not received again. */
  readonly visibleAt: number;
}

export async function receiveAttempt(
  tx: Transaction,
  queue: QueueState,
  id: string,
  most: number,
  visibleAt: number,
): Promise<readonly Received[]> {
  const subject = ["attempt", id] as const;
  const before = await recall<ReceiveAttempt>(tx, queue, subject);
  const again =
    before && (await receivedAgain(tx, queue, before.receiptHandles, before.visibleAt, visibleAt));
  const received = again ?? (await fifoMessages.receive(tx, queue, most, visibleAt));
  if (received.length === 0) return received;
  const attempt: ReceiveAttempt = { receiptHandles: received.map((each) => each.receiptHandle), visibleAt };
  await remember(tx, queue, subject, attempt);
  return received;
}
