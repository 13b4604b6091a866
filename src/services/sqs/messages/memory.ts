// What a FIFO queue remembers for five minutes: deduplication ids, and receives
// that may be asked for again. Every new memory clears away two old ones, so
// that they need no job to be forgotten.

import { unpack } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import type { QueueState } from "../queue.ts";
import { memoryKey } from "./keys.ts";

const memoryMilliseconds = 300_000;

export type Subject =
  | readonly ["deduplication", group: string, id: string]
  | readonly ["attempt", id: string];

interface Memory<T> {
  readonly until: number;
  readonly value: T;
}

export async function recall<T extends object>(
  tx: Transaction,
  queue: QueueState,
  subject: Subject,
): Promise<T | undefined> {
  const stored = await tx.raw.get(memoryKey(tx, queue, ...subject));
  if (stored === undefined) return undefined;
  const { until, value } = decodeValue<Memory<T>>(stored, false);
  return until > tx.now ? value : undefined;
}

export async function remember(
  tx: Transaction,
  queue: QueueState,
  subject: Subject,
  value: object,
): Promise<void> {
  const until = tx.now + memoryMilliseconds;
  tx.raw.put(memoryKey(tx, queue, ...subject), encodeValue({ until, value }, false));
  tx.raw.put(memoryKey(tx, queue, "expiry", until, ...subject), new Uint8Array(0));
  for (const entry of await tx.claim("sqs", ["memory", queue.id, "expiry"], [tx.now], 2)) {
    tx.raw.delete(entry.key);
    const forgotten = unpack(entry.key).slice(7) as unknown as Subject;
    // It may have been remembered anew since.
    if ((await recall(tx, queue, forgotten)) === undefined) tx.raw.delete(memoryKey(tx, queue, ...forgotten));
  }
}
