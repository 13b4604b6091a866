// Jobs that take away what a deleted table, index or time-to-live setting left
// in the store, some entries at a time, so that no single commit grows long.

import { defineJob } from "../../../core/job.ts";
import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { layoutOf } from "./layout.ts";
import type { TableState } from "./table.ts";

interface CleanupPayload {
  /** Prefixes of keys, in base64: nothing under them is in use any more. */
  readonly prefixes: readonly string[];
}

const entriesPerRun = 1000;

export const removeRemains = defineJob<CleanupPayload>({ name: "dynamodb.removeRemains", run: removeSome });

async function removeSome({ prefixes }: CleanupPayload, tx: Transaction): Promise<void> {
  const [first, ...others] = prefixes;
  if (first === undefined) return;
  const start = Buffer.from(first, "base64").toString("latin1");
  // Below a prefix follow packed tuples or hashed keys, of which the last may begin with 0xff.
  const entries = await tx.raw.scan({ start, end: `${start}${"\xff".repeat(20)}` }, { limit: entriesPerRun });
  for (const entry of entries) tx.raw.delete(entry.key);
  const rest = entries.length < entriesPerRun ? others : prefixes;
  if (rest.length > 0) tx.enqueue(removeRemains, { prefixes: rest });
}

export function removeLater(tx: Transaction, prefixes: readonly Key[]): void {
  tx.enqueue(removeRemains, {
    prefixes: prefixes.map((prefix) => Buffer.from(prefix, "latin1").toString("base64")),
  });
}

/** Everything that is stored of a table beside its record; a backup may keep the items. */
export function remainsOf(table: TableState, tx: Transaction, keepItems: boolean): Key[] {
  const layout = layoutOf(table, tx);
  return [
    ...(keepItems ? [] : [layout.prefix]),
    ...(layout.historyPrefix === undefined ? [] : [layout.historyPrefix]),
    ...layout.indexes.map((index) => index.prefix),
    ...(layout.expiryPrefix === undefined ? [] : [layout.expiryPrefix]),
    tx.key("dynamodb", "outbox", table.storageId),
    tx.key("dynamodb", "consumed", table.storageId),
    // The counters of the indexes lie below the table's own.
    layout.countKey,
    layout.sizeKey,
  ];
}
