// How many messages a queue holds. Three counters that only rise, each
// operation adding to one of them: what is stored is what was added and is not
// gone. Additions never conflict; reading does, so hot paths do not read.

import type { Transaction } from "../../../core/transaction.ts";
import type { Message } from "../message.ts";
import type { QueueState } from "../queue.ts";
import { messageKey } from "./keys.ts";

type Counter = "added" | "received" | "gone";

const add = (tx: Transaction, queue: QueueState, counter: Counter): void =>
  tx.raw.add(messageKey(tx, queue, counter), 1);

const read = async (tx: Transaction, queue: QueueState, counter: Counter): Promise<number> =>
  tx.raw.count(messageKey(tx, queue, counter));

export function countAdded(tx: Transaction, queue: QueueState): void {
  add(tx, queue, "added");
}

/** Only a message's first receive counts. `message` is as it was before. */
export function countReceived(tx: Transaction, queue: QueueState, message: Message): void {
  if (message.deliveries === 0) add(tx, queue, "received");
}

export function countGone(tx: Transaction, queue: QueueState, message: Message): void {
  // What was never received must not be missing from those that were.
  countReceived(tx, queue, message);
  add(tx, queue, "gone");
}

export async function storedCount(tx: Transaction, queue: QueueState): Promise<number> {
  const [added, gone] = await Promise.all([read(tx, queue, "added"), read(tx, queue, "gone")]);
  return added - gone;
}

/**
 * About as many as are in flight, or more: counts those whose visibility timeout
 * is over as well. Read so that receives and deletes do not conflict over it.
 */
export async function estimateDelivered(tx: Transaction, queue: QueueState): Promise<number> {
  const received = tx.raw.estimate(messageKey(tx, queue, "received"));
  const gone = tx.raw.estimate(messageKey(tx, queue, "gone"));
  return typeof received === "number" && typeof gone === "number"
    ? received - gone
    : (await received) - (await gone);
}
