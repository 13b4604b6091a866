// FIFO messages that the queue's delay holds back, kept by when that ends: only
// so that they can be counted without reading every line.

import { after } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { QueueState } from "../queue.ts";
import { above, messageKey } from "./keys.ts";

const pageSize = 1000;

export async function noteDelayed(
  tx: Transaction,
  queue: QueueState,
  until: number,
  number: number,
): Promise<void> {
  tx.raw.put(messageKey(tx, queue, "delayed", until, number), new Uint8Array(0));
  // Each addition clears away two that are over, so that none pile up.
  const over = await tx.claim("sqs", ["messages", queue.id, "delayed"], [tx.now], 2);
  for (const entry of over) tx.raw.delete(entry.key);
}

export async function countDelayed(tx: Transaction, queue: QueueState): Promise<number> {
  let count = 0;
  const later = messageKey(tx, queue, "delayed", tx.now);
  for (let range = above(messageKey(tx, queue, "delayed"), later); ; ) {
    const page = await tx.raw.scan(range, { limit: pageSize });
    count += page.length;
    if (page.length < pageSize) return count;
    range = { start: after(page.at(-1)!.key), end: range.end };
  }
}
