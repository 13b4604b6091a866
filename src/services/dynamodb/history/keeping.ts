// When a table's history is kept, and for how long.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { removeLater } from "../tables/cleanup.ts";
import { type HistoryState, Table, type TableState } from "../tables/table.ts";
import { historyPrefix, timeIn } from "./history.ts";

const dayMilliseconds = 86_400_000;
const idLength = 8;
const removedAtOnce = 1000;

export interface Recovery {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly days: number;
}

/** The table with its history kept for somebody: a backup, an export, a restoration. */
export function keepFor(table: TableState, holder: string, tx: Transaction): TableState {
  const history = table.history ?? { id: tx.ids.lower(idLength), holders: [] };
  return { ...table, history: { ...history, holders: [...history.holders, holder] } };
}

/** The table when `holder` is done; what nobody needs any more is removed. */
export function releaseFrom(table: TableState, holder: string, tx: Transaction): TableState {
  const { history } = table;
  if (history === undefined) return table;
  return settle(table, { ...history, holders: history.holders.filter((other) => other !== holder) }, tx);
}

export function withRecovery(table: TableState, days: number, tx: Transaction): TableState {
  const { history } = table;
  if (history?.recovery !== undefined) {
    return { ...table, history: { ...history, recovery: { ...history.recovery, days } } };
  }
  // What a backup under way has kept so far says nothing of the time before it began.
  const kept: HistoryState = history ?? { id: tx.ids.lower(idLength), holders: [] };
  tx.enqueue(
    sweepHistory,
    { table: table.name, storageId: table.storageId },
    { at: tx.now + dayMilliseconds, id: kept.id },
  );
  return { ...table, history: { ...kept, recovery: { since: tx.now, days } } };
}

export function withoutRecovery(table: TableState, tx: Transaction): TableState {
  const { history } = table;
  if (history?.recovery === undefined) return table;
  tx.cancel(sweepHistory, history.id);
  return settle(table, { id: history.id, holders: history.holders }, tx);
}

function settle(table: TableState, history: HistoryState, tx: Transaction): TableState {
  if (history.recovery !== undefined || history.holders.length > 0) return { ...table, history };
  removeLater(tx, [historyPrefix(tx, table.storageId, history.id)]);
  return { ...table, history: undefined };
}

/** Floored to seconds, as AWS shows them: epoch milliseconds. */
export function restorableTimes(
  { since, days }: Recovery,
  now: number,
): { earliest: number; latest: number } {
  const earliest = Math.max(since, now - days * dayMilliseconds);
  return { earliest: Math.ceil(earliest / 1000) * 1000, latest: Math.floor(now / 1000) * 1000 };
}

interface SweepPayload {
  readonly table: string;
  readonly storageId: string;
  /** The last key that was looked at, in base64. */
  readonly after?: string;
}

/** Once a day, what is older than the period of recovery goes, some entries at a time. */
export const sweepHistory = defineJob<SweepPayload>({ name: "dynamodb.sweepHistory", run: sweep });

async function sweep({ table: name, storageId, after }: SweepPayload, tx: Transaction): Promise<void> {
  const table = await tx.get(Table, name);
  const { id, recovery } = table?.history ?? {};
  if (table?.storageId !== storageId || id === undefined || recovery === undefined) return;
  const prefix = historyPrefix(tx, storageId, id);
  const start = after === undefined ? prefix : `${Buffer.from(after, "base64").toString("latin1")}\0`;
  const entries = await tx.raw.scan(
    { start, end: `${prefix}${"\xff".repeat(20)}` },
    { limit: removedAtOnce },
  );
  const oldest = tx.now - recovery.days * dayMilliseconds;
  for (const { key } of entries) if (timeIn(key) < oldest) tx.raw.delete(key);
  const last = entries.at(-1)?.key;
  if (entries.length < removedAtOnce || last === undefined) {
    tx.enqueue(sweepHistory, { table: name, storageId }, { at: tx.now + dayMilliseconds, id });
  } else {
    tx.enqueue(
      sweepHistory,
      { table: name, storageId, after: Buffer.from(last, "latin1").toString("base64") },
      { id },
    );
  }
}
