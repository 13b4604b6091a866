// Reads a stretch of a table or an index in order, up to a number of items or
// to 1 MB, whichever comes first: the page that Query and Scan share.

import type { Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Item } from "../values/attribute-value.ts";
import { Stored } from "./stored.ts";

/** The page ends with the item that reaches this size. */
const largestPage = 1024 * 1024;
const firstChunk = 32;
const largestChunk = 1000;

export interface PageOptions {
  readonly limit: number;
  readonly reverse: boolean;
  readonly filter: ((item: Item) => boolean) | undefined;
}

export interface ItemPage {
  /** Those that passed the filter. */
  readonly items: readonly Stored[];
  /** All that were looked at. */
  readonly scanned: number;
  /** Bytes of all that were looked at. */
  readonly size: number;
  /** Set where the page ended before the range did, or may have: the last item looked at. */
  readonly last: Stored | undefined;
}

export async function readPage(tx: Transaction, range: Range, options: PageOptions): Promise<ItemPage> {
  const { limit, reverse, filter } = options;
  const items: Stored[] = [];
  let rest = range;
  let scanned = 0;
  let size = 0;
  for (;;) {
    const chunk = chunkSize(limit - scanned, scanned, size);
    const read = tx.raw.scan(rest, { limit: chunk, reverse });
    const entries = read instanceof Promise ? await read : read;
    for (const entry of entries) {
      const stored = Stored.read(entry.value);
      scanned += 1;
      size += stored.size;
      if (filter === undefined || filter(stored.item)) items.push(stored);
      if (scanned >= limit || size >= largestPage) return { items, scanned, size, last: stored };
    }
    const end = entries.at(-1);
    if (end === undefined || entries.length < chunk) return { items, scanned, size, last: undefined };
    rest = reverse ? { start: rest.start, end: end.key } : { start: `${end.key}\0`, end: rest.end };
  }
}

/** Items vary from bytes to 400 KB; what was read so far tells how many more may fit. */
function chunkSize(wanted: number, scanned: number, size: number): number {
  const fitting = scanned === 0 ? firstChunk : Math.ceil((largestPage - size) / (size / scanned)) + 1;
  return Math.min(wanted, Math.max(1, Math.min(fitting, largestChunk)));
}
