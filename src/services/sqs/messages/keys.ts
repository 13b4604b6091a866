// Where messages are kept. All keys of a queue's messages begin alike, so that
// a purge is the deletion of one range; what outlives a purge (deduplication,
// the count of sequence numbers) stands beside it.
//
//   messages (queue id) ready (visible at, order, message id)  standard: the message
//                       moved (message id)                     standard: where a message in flight went
//                       turn (at, order, group)                FIFO: groups by when they can be received
//                       group (group)                          FIFO: the group's turn and what is in flight
//                       line (group, number)                   FIFO: the message
//                       delayed (until, number)                FIFO: only to be counted
//                       content (message id)                   content too long to be kept with its message
//                       added, received, gone                  counters
//   memory (queue id)   (what, key), expiry (at, what, key)    FIFO: what is remembered for five minutes
//   sequence (queue id)                                        FIFO: counter

import { type Part, pack } from "../../../base/tuple.ts";
import type { Key, Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { QueueState } from "../queue.ts";

// Memoised by the identity of the decoded record, which changes with its bytes.
const prefixes = new WeakMap<QueueState, Key>();

/** `tx` looks at the queue's own account and region, here as everywhere. */
export function messageKey(tx: Transaction, queue: QueueState, ...parts: readonly Part[]): Key {
  let prefix = prefixes.get(queue);
  if (prefix === undefined) {
    prefix = tx.key("sqs", "messages", queue.id);
    prefixes.set(queue, prefix);
  }
  return prefix + pack(parts);
}

export function memoryKey(tx: Transaction, queue: QueueState, ...parts: readonly Part[]): Key {
  return tx.key("sqs", "memory", queue.id, ...parts);
}

export function sequenceKey(tx: Transaction, queue: QueueState): Key {
  return tx.key("sqs", "sequence", queue.id);
}

/** Keys that begin with `key` and go on with a number above `after`. */
export function above(key: Key, after: Key): Range {
  return { start: `${after}\xff`, end: `${key}\xff` };
}

/** Keys that begin with `key` and go on with a number up to `until`. */
export function upTo(key: Key, until: number): Range {
  return { start: key, end: `${key}${pack([until])}\xff` };
}

export function allUnder(key: Key): Range {
  return { start: key, end: `${key}\xff` };
}

/** Every message is gone at the commit, however many there are. */
export function deleteMessages(tx: Transaction, queue: QueueState): void {
  tx.raw.deleteRange(allUnder(messageKey(tx, queue)));
}

/** All that a queue leaves behind. */
export function deleteTraces(tx: Transaction, queue: QueueState): void {
  deleteMessages(tx, queue);
  tx.raw.deleteRange(allUnder(memoryKey(tx, queue)));
  tx.raw.delete(sequenceKey(tx, queue));
}
