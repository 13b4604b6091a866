// How an append-only log is read: by position, from the end backwards in time,
// and by bytes. Positions are dense, so that any entry is found by its key
// alone and a reader never conflicts with those who append.

import { pack } from "../base/tuple.ts";
import type { Key } from "../core/ports/store.ts";
import type { Transaction } from "../core/transaction.ts";

export interface LogEntry {
  readonly position: number;
  readonly value: Uint8Array;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins. */
  readonly next: number;
  /** The last position there is; 0 for an empty log. */
  readonly tip: number;
}

const chunk = 100;

function entryKey(log: Key, position: number): Key {
  return log + pack([position]);
}

/** How many entries were ever appended: the position of the last. */
export async function tipOf(tx: Transaction, log: Key): Promise<number> {
  return tx.raw.estimate(log);
}

/** Undefined where it was trimmed, or is still to come. */
export async function entryAt(tx: Transaction, log: Key, position: number): Promise<Uint8Array | undefined> {
  return tx.raw.get(entryKey(log, position));
}

/** Entries from `from` on, at most `limit`, and at most `bytes` by `sizeOf` but for the first. `from` is not trimmed, or past the tip. */
export async function readLog(
  tx: Transaction,
  log: Key,
  from: number,
  limit: number,
  bytes: number,
  sizeOf: (value: Uint8Array) => number = (value) => value.length,
): Promise<LogPage> {
  const tip = await tipOf(tx, log);
  const entries: LogEntry[] = [];
  let next = Math.max(1, from);
  let size = 0;
  while (next <= tip && entries.length < limit) {
    const most = Math.min(chunk, limit - entries.length, tip - next + 1);
    const keys = Array.from({ length: most }, (_each, index) => entryKey(log, next + index));
    for (const value of await tx.raw.getMany(keys)) {
      if (value !== undefined) {
        size += sizeOf(value);
        if (size > bytes && entries.length > 0) return { entries, next, tip };
        entries.push({ position: next, value });
      }
      next++;
    }
  }
  return { entries, next, tip };
}

/** The first position whose entry is not older than `time`; one past the tip where all are. Entries are in order of time, within milliseconds. */
export async function firstSince(
  tx: Transaction,
  log: Key,
  time: number,
  timeOf: (value: Uint8Array) => number,
): Promise<number> {
  let low = 1;
  let high = (await tipOf(tx, log)) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const value = await entryAt(tx, log, middle);
    if (value === undefined || timeOf(value) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Removes the entries before `before`, at most `limit` of them; true where nothing is left to remove. */
export async function trimLog(tx: Transaction, log: Key, before: number, limit = 1000): Promise<boolean> {
  const range = { start: entryKey(log, 0), end: entryKey(log, before) };
  const entries = await tx.raw.scan(range, { limit });
  for (const entry of entries) tx.raw.delete(entry.key);
  return entries.length < limit;
}
