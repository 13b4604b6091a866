// What items were before each change, kept while somebody may want a former
// state: point-in-time recovery, or a backup or an export under way. An entry
// lies under the item's own key, then the time and order of the change, so that
// the state at any moment is what the first later change found.

import { pack } from "../../../base/tuple.ts";
import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Stored } from "../items/stored.ts";

/** A moment in the order of changes: those up to and including it have happened. */
export interface Cut {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Among the changes of one millisecond; absent for all of them. */
  readonly order?: number | undefined;
}

/** Where a table's items and their history lie. */
export interface ItemSource {
  readonly storageId: string;
  /** Absent where the items themselves do not change any more. */
  readonly historyId?: string | undefined;
}

const nothing = new Uint8Array(0);

export function itemPrefix(tx: Transaction, storageId: string): Key {
  return tx.key("dynamodb", "item", storageId);
}

export function historyPrefix(tx: Transaction, storageId: string, historyId: string): Key {
  return tx.key("dynamodb", "history", storageId, historyId);
}

export function recordBefore(tx: Transaction, prefix: Key, suffix: string, before: Stored | undefined): void {
  tx.raw.put(prefix + suffix + pack([tx.now, tx.nextOrder()]), before?.bytes ?? nothing);
}

const tailLength = pack([0, 0]).length;

/** The item's key in the key of one of its entries, behind the prefix. */
export function suffixIn(key: Key, prefix: Key): string {
  return key.slice(prefix.length, -tailLength);
}

/** When the change happened whose entry this is: epoch milliseconds. */
export function timeIn(key: Key): number {
  const bytes = Buffer.from(key.slice(-tailLength + 1, -tailLength + 9), "latin1");
  bytes[0] = bytes[0]! ^ 0x80;
  return bytes.readDoubleBE(0);
}

export interface FormerItem {
  /** The item's key in the store, behind the table's prefix. */
  readonly suffix: string;
  readonly bytes: Uint8Array;
}

export interface FormerPage {
  readonly items: readonly FormerItem[];
  /** Where the next page begins; undefined at the end. */
  readonly last: string | undefined;
}

/** Items as they were at the cut, in the order of their keys, from behind `after`; about `limit` of them. */
export async function itemsAt(
  tx: Transaction,
  source: ItemSource,
  cut: Cut,
  after: string | undefined,
  limit: number,
): Promise<FormerPage> {
  const prefix = itemPrefix(tx, source.storageId);
  const start = after === undefined ? prefix : `${prefix}${after}\0`;
  const current = await tx.raw.scan({ start, end: endOf(prefix) }, { limit });
  const items = new Map(current.map(({ key, value }) => [key.slice(prefix.length), value]));
  let last = current.length < limit ? undefined : current.at(-1)!.key.slice(prefix.length);
  if (source.historyId !== undefined) {
    const history = historyPrefix(tx, source.storageId, source.historyId);
    let changed = 0;
    for await (const suffix of changedItems(tx, history, after, last)) {
      const before = await stateBefore(tx, history, suffix, cut);
      if (before?.length === 0) items.delete(suffix);
      else if (before !== undefined) items.set(suffix, before);
      changed += 1;
      if (changed === limit && suffix !== last) {
        last = suffix;
        break;
      }
    }
  }
  const ordered = [...items.keys()].filter((suffix) => last === undefined || suffix <= last).sort();
  return { items: ordered.map((suffix) => ({ suffix, bytes: items.get(suffix)! })), last };
}

/** The items of which there is history, in the order of their keys, from behind `after` up to `last`. */
export async function* changedItems(
  tx: Transaction,
  history: Key,
  after: string | undefined,
  last: string | undefined,
): AsyncGenerator<string> {
  const end = last === undefined ? endOf(history) : endOf(history + last);
  let start = after === undefined ? history : endOf(history + after);
  for (;;) {
    const [entry] = await tx.raw.scan({ start, end }, { limit: 1 });
    if (entry === undefined) return;
    const suffix = suffixIn(entry.key, history);
    yield suffix;
    start = endOf(history + suffix);
  }
}

/** What the first change after the cut found: empty for no item, undefined where there was no such change. */
export async function stateBefore(
  tx: Transaction,
  history: Key,
  suffix: string,
  cut: Cut,
): Promise<Uint8Array | undefined> {
  const [entry] = await tx.raw.scan(
    { start: afterCut(history + suffix, cut), end: endOf(history + suffix) },
    { limit: 1 },
  );
  return entry?.value;
}

/** The first key behind the cut among the entries of one item. */
export function afterCut(item: Key, { at, order = Number.POSITIVE_INFINITY }: Cut): Key {
  return `${item}${pack([at, order])}\0`;
}

/** Entries go on with a packed number, of which none begins so high; items with a hash, which may. */
function endOf(prefix: Key): Key {
  return `${prefix}${"\xff".repeat(20)}`;
}
