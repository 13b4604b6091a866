// Time to live: an ordered list of when items expire, kept with the items, and
// a job that runs when the first of them does. Real DynamoDB takes up to some
// days; here an item goes when its time has come.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html

import { pack } from "../../../base/tuple.ts";
import { defineJob } from "../../../core/job.ts";
import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { layoutOf, type TableLayout } from "../tables/layout.ts";
import { Table } from "../tables/table.ts";
import { attribute, type Item } from "../values/attribute-value.ts";
import { Stored } from "./stored.ts";
import { writeItem } from "./write.ts";

interface ExpiryPayload {
  readonly table: string;
  readonly storageId: string;
}

/** Items that expired longer ago than this are kept: AWS takes such times for mistakes. */
const oldestExpirySeconds = 5 * 365 * 24 * 3600;
const itemsPerRun = 100;
const nothing = new Uint8Array(0);

/** Epoch seconds, undefined where the item does not expire. */
function expiryOf(table: TableLayout, item: Item | undefined): number | undefined {
  if (item === undefined) return undefined;
  const text = attribute(item, table.state.timeToLive!.attribute)?.N;
  if (text === undefined) return undefined;
  const seconds = Math.floor(Number(text));
  return seconds > 0 && seconds < 1e12 ? seconds : undefined;
}

function entryAt(table: TableLayout, seconds: number): Key {
  return table.expiryPrefix! + pack([seconds]);
}

/** Keeps the list in line with a write of the item. */
export async function noteExpiry(
  tx: Transaction,
  table: TableLayout,
  suffix: string,
  before: Item | undefined,
  after: Item | undefined,
): Promise<void> {
  const old = expiryOf(table, before);
  const fresh = expiryOf(table, after);
  if (old !== undefined && old !== fresh) tx.raw.delete(entryAt(table, old) + suffix);
  if (fresh === undefined || fresh < tx.now / 1000 - oldestExpirySeconds) return;
  const key = entryAt(table, fresh) + suffix;
  const earlier = await tx.raw.scan({ start: table.expiryPrefix!, end: key }, { limit: 1 });
  tx.raw.put(key, nothing);
  if (earlier.length === 0) schedule(tx, table, fresh);
}

function schedule(tx: Transaction, table: TableLayout, seconds: number): void {
  const { name, storageId } = table.state;
  tx.enqueue(
    expireItems,
    { table: name, storageId },
    { id: storageId, at: Math.max(seconds * 1000, tx.now) },
  );
}

export const expireItems = defineJob<ExpiryPayload>({ name: "dynamodb.expireItems", run: removeExpired });

async function removeExpired(payload: ExpiryPayload, tx: Transaction): Promise<void> {
  const state = await tx.get(Table, payload.table);
  if (state?.storageId !== payload.storageId || state.timeToLive === undefined) return;
  const table = layoutOf(state, tx);
  const prefix = table.expiryPrefix!;
  const nowSeconds = Math.floor(tx.now / 1000);
  const due = await tx.raw.scan(
    { start: prefix, end: entryAt(table, nowSeconds + 1) },
    { limit: itemsPerRun },
  );
  const suffixStart = entryAt(table, 0).length;
  for (const entry of due) {
    const suffix = entry.key.slice(suffixStart);
    const stored = Stored.read(await tx.raw.get(table.prefix + suffix));
    if (stored !== undefined) await writeItem(tx, table, suffix, stored, undefined, "time-to-live");
    tx.raw.delete(entry.key);
  }
  const [next] = await tx.raw.scan({ start: prefix, end: `${prefix}\xff` }, { limit: 1 });
  if (next !== undefined) schedule(tx, table, secondsIn(next.key.slice(prefix.length)));
}

function secondsIn(key: string): number {
  const bytes = Buffer.from(key.slice(1, 9), "latin1");
  bytes[0] = bytes[0]! ^ 0x80;
  return bytes.readDoubleBE(0);
}
