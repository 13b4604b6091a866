// What archives keep: events in the order they arrived, under keys that a replay
// reads by time.

import { prefixRange } from "../../../base/tuple.ts";
import type { Entry, Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Archive } from "./archive.ts";

/** Counters of their own, so that two events for one archive do not conflict. */
export async function storeInArchive(tx: Transaction, archiveName: string, text: string): Promise<void> {
  const archive = await tx.get(Archive, archiveName);
  if (archive === undefined) return;
  const bytes = Buffer.from(text);
  tx.raw.put(eventKey(tx, archive.id, tx.now, tx.nextOrder(), tx.ids.hex(8)), bytes);
  tx.raw.add(countKey(tx, archive.id), 1);
  tx.raw.add(bytesKey(tx, archive.id), bytes.length);
}

const eventKey = (tx: Transaction, id: string, at: number, order: number, unique: string) =>
  tx.key("events", "archived", id, at, order, unique);
const countKey = (tx: Transaction, id: string) => tx.key("events", "archived-count", id);
const bytesKey = (tx: Transaction, id: string) => tx.key("events", "archived-bytes", id);

export async function archiveSize(
  tx: Transaction,
  id: string,
): Promise<{ readonly EventCount: number; readonly SizeBytes: number }> {
  return {
    EventCount: await tx.raw.estimate(countKey(tx, id)),
    SizeBytes: await tx.raw.estimate(bytesKey(tx, id)),
  };
}

/** The events that arrived from one moment up to before another, after the key where a reader stands. */
export async function archivedEvents(
  tx: Transaction,
  id: string,
  from: number,
  until: number,
  limit: number,
  after?: string,
): Promise<readonly Entry[]> {
  const start = after === undefined ? tx.key("events", "archived", id, from) : `${after}\x00`;
  return tx.raw.scan({ start, end: tx.key("events", "archived", id, until) }, { limit });
}

/** Takes out events that are older than the archive keeps; true where there may be more. */
export async function expireEvents(tx: Transaction, id: string, before: number): Promise<boolean> {
  const limit = 500;
  const entries = await archivedEvents(tx, id, 0, before, limit);
  for (const { key, value } of entries) {
    tx.raw.delete(key);
    tx.raw.add(countKey(tx, id), -1);
    tx.raw.add(bytesKey(tx, id), -value.length);
  }
  return entries.length === limit;
}

export function forgetEvents(tx: Transaction, id: string): void {
  tx.raw.deleteRange(allEvents(tx, id));
  tx.raw.delete(countKey(tx, id));
  tx.raw.delete(bytesKey(tx, id));
}

function allEvents(tx: Transaction, id: string): Range {
  const base = tx.key("events", "archived", id);
  const { start, end } = prefixRange([]);
  return { start: base + start, end: base + end };
}
