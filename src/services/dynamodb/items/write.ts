// Every change of an item goes through here: the item itself, its entries in
// the indexes, its expiry and the table's counters change in one transaction.

import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { entryKey, type IndexLayout, layoutOf, type Order, type TableLayout } from "../tables/layout.ts";
import { Table } from "../tables/table.ts";
import { takeUnits } from "../throttling/throttle.ts";
import { type AttributeValue, type Item, setAttribute } from "../values/attribute-value.ts";
import { encodeItem } from "../values/stored-item.ts";
import { newMeasure, normaliseItem } from "../values/validate.ts";
import { captureChange, sameItem } from "./capture.ts";
import { noteExpiry } from "./expiry.ts";
import type { Origin } from "./origin.ts";
import { Stored } from "./stored.ts";

/** Write units by the table and each of its indexes that changed. */
export interface WriteUnits {
  readonly table: number;
  readonly indexes: readonly { readonly index: IndexLayout; readonly units: number }[];
}

const unitSize = 1024;

export function unitsFor(size: number): number {
  return Math.max(1, Math.ceil(size / unitSize));
}

/** `suffix` is the item's key behind the table's prefix. At least one of `before` and `after` is there, or nothing happens. */
export async function writeItem(
  tx: Transaction,
  table: TableLayout,
  suffix: string,
  before: Stored | undefined,
  after: Stored | undefined,
  origin: Origin = "caller",
): Promise<WriteUnits> {
  const key = table.prefix + suffix;
  if (after !== undefined) tx.raw.put(key, after.bytes);
  else if (before !== undefined) tx.raw.delete(key);
  count(tx, table, before?.size, after?.size);
  const units = unitsFor(Math.max(before?.size ?? 0, after?.size ?? 0));
  const charged = table.throttled && origin === "caller";
  if (charged) await takeUnits(tx, table, undefined, "write", units);
  if (table.state.replicas !== undefined && origin !== "replica") {
    await replicate(tx, table, suffix, after);
  }
  if (table.captured && !sameItem(before, after)) captureChange(tx, table, suffix, before, after, origin);
  if (table.expiryPrefix !== undefined) await noteExpiry(tx, table, suffix, before?.item, after?.item);
  if (table.indexes.length === 0) return { table: units, indexes: noIndexes };
  const indexes: { index: IndexLayout; units: number }[] = [];
  for (const index of table.indexes) {
    const changed = await writeEntry(tx, index, suffix, before, after);
    if (changed === 0) continue;
    indexes.push({ index, units: changed });
    if (charged) await takeUnits(tx, table, index, "write", changed);
  }
  return { table: units, indexes };
}

/** The same change in the other regions, in the same transaction: no replica is ever behind. */
async function replicate(
  tx: Transaction,
  table: TableLayout,
  suffix: string,
  after: Stored | undefined,
): Promise<void> {
  for (const { region } of table.state.replicas ?? []) {
    const there = tx.at({ region });
    const state = await there.get(Table, table.state.name);
    if (state === undefined) continue;
    const layout = layoutOf(state, there);
    const before = Stored.read(await there.raw.get(layout.prefix + suffix));
    await writeItem(there, layout, suffix, before, after, "replica");
  }
}

const noIndexes: WriteUnits["indexes"] = [];

/** Keeps ItemCount and TableSizeBytes; additions never conflict with each other. */
function count(tx: Transaction, order: Order, before: number | undefined, after: number | undefined): void {
  const items = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  const bytes = (after ?? 0) - (before ?? 0);
  if (items !== 0) tx.raw.add(order.countKey, items);
  if (bytes !== 0) tx.raw.add(order.sizeKey, bytes);
}

/** The write units it took; 0 where the index does not change. */
async function writeEntry(
  tx: Transaction,
  index: IndexLayout,
  suffix: string,
  before: Stored | undefined,
  after: Stored | undefined,
): Promise<number> {
  let oldKey = before === undefined ? undefined : entryKey(index, before.item, suffix);
  // While an index is being filled, older items may not have been entered yet.
  if (oldKey !== undefined && index.state.status === "CREATING" && (await tx.raw.get(oldKey)) === undefined) {
    oldKey = undefined;
  }
  const newKey = after === undefined ? undefined : entryKey(index, after.item, suffix);
  if (oldKey === undefined && newKey === undefined) return 0;
  const old = oldKey === undefined ? undefined : entryOf(index, before!);
  const fresh = newKey === undefined ? undefined : entryOf(index, after!);
  return replaceEntry(tx, index, oldKey, old, newKey, fresh);
}

function replaceEntry(
  tx: Transaction,
  index: IndexLayout,
  oldKey: Key | undefined,
  old: Stored | undefined,
  newKey: Key | undefined,
  fresh: Stored | undefined,
): number {
  if (oldKey === newKey && old !== undefined && fresh !== undefined) {
    if (Buffer.compare(old.bytes, fresh.bytes) === 0) return 0;
    tx.raw.put(oldKey!, fresh.bytes);
    count(tx, index, old.size, fresh.size);
    return unitsFor(Math.max(old.size, fresh.size));
  }
  if (oldKey !== undefined) tx.raw.delete(oldKey);
  if (newKey !== undefined && fresh !== undefined) tx.raw.put(newKey, fresh.bytes);
  count(tx, index, old?.size, fresh?.size);
  return (old === undefined ? 0 : unitsFor(old.size)) + (fresh === undefined ? 0 : unitsFor(fresh.size));
}

/** The item as the index holds it. */
export function entryOf(index: IndexLayout, stored: Stored): Stored {
  const { projected } = index;
  if (projected === undefined) return stored;
  const shown: Record<string, AttributeValue> = {};
  const { item } = stored;
  for (const name in item) if (projected.has(name)) setAttribute(shown, name, item[name]!);
  return storedAsIs(shown);
}

/** As `Stored.make`, for what is known to be canonical and small enough. */
function storedAsIs(item: Item): Stored {
  const measure = newMeasure();
  normaliseItem(item, measure);
  return Stored.read(encodeItem(item, measure.size, measure.binary));
}

/** Enters an item of before into an index that is being filled, unless a later write has done so. */
export async function fillEntry(
  tx: Transaction,
  index: IndexLayout,
  suffix: string,
  stored: Stored,
): Promise<void> {
  const key = entryKey(index, stored.item, suffix);
  if (key === undefined || (await tx.raw.get(key)) !== undefined) return;
  replaceEntry(tx, index, undefined, undefined, key, entryOf(index, stored));
}
