// What changed in a table between two moments, read from its history: of each
// changed item the state at either.

import type { Transaction } from "../../../core/transaction.ts";
import {
  afterCut,
  changedItems,
  historyPrefix,
  type ItemSource,
  itemPrefix,
  stateBefore,
  timeIn,
} from "../history/history.ts";
import type { Increment } from "./export.ts";

export interface ChangedItem {
  readonly old: Uint8Array | undefined;
  readonly fresh: Uint8Array | undefined;
  /** Epoch milliseconds of the last change. */
  readonly at: number;
}

export interface ChangedPage {
  readonly items: readonly ChangedItem[];
  readonly last: string | undefined;
}

export async function changedBetween(
  tx: Transaction,
  source: Required<ItemSource>,
  { from, to }: Increment,
  after: string | undefined,
  limit: number,
): Promise<ChangedPage> {
  const history = historyPrefix(tx, source.storageId, source.historyId!);
  const items: ChangedItem[] = [];
  let looked = 0;
  for await (const suffix of changedItems(tx, history, after, undefined)) {
    const entries = {
      start: afterCut(history + suffix, { at: from }),
      end: afterCut(history + suffix, { at: to }),
    };
    const [first] = await tx.raw.scan(entries, { limit: 1 });
    if (first !== undefined) {
      const [last] = await tx.raw.scan(entries, { limit: 1, reverse: true });
      const later = await stateBefore(tx, history, suffix, { at: to });
      const fresh = later ?? (await tx.raw.get(itemPrefix(tx, source.storageId) + suffix));
      const old = first.value.length === 0 ? undefined : first.value;
      const present = fresh === undefined || fresh.length === 0 ? undefined : fresh;
      if (old !== undefined || present !== undefined) {
        items.push({ old, fresh: present, at: timeIn((last ?? first).key) });
      }
    }
    looked += 1;
    if (looked === limit) return { items, last: suffix };
  }
  return { items, last: undefined };
}
