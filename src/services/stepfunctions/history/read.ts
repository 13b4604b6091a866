// History as it is read: from any event on, in either order.

import { unpack } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { textOf } from "../../../core/value.ts";
import { type StoredEvent, unpackEvents } from "./pack.ts";

/** How many chunks are read at a time; most hold several events. */
const chunksAtOnce = 100;

/** At most `limit` events from number `from` on; backwards, from it down. */
export async function readHistory(
  tx: Transaction,
  execution: string,
  from: number,
  limit: number,
  reverse = false,
): Promise<readonly StoredEvent[]> {
  const all = tx.key("stepfunctions", "history", execution);
  const keyOf = (first: number): string => tx.key("stepfunctions", "history", execution, first);
  const events: StoredEvent[] = [];
  let next = from;
  while (events.length < limit && next > 0) {
    // The chunk that holds an event is the last to begin at or before it.
    const upTo = { start: all, end: `${keyOf(next)}\0` };
    const first = reverse ? undefined : (await tx.raw.scan(upTo, { limit: 1, reverse: true }))[0];
    const range = reverse ? upTo : { start: first?.key ?? keyOf(next), end: `${all}\xff` };
    const chunks = await tx.raw.scan(range, { limit: chunksAtOnce, reverse });
    if (chunks.length === 0) break;
    const before = next;
    for (const { key, value } of chunks) {
      const start = unpack(key).at(-1) as number;
      const chunk = unpackEvents(textOf(value), start);
      const wanted = reverse
        ? chunk.filter(({ id }) => id <= next).reverse()
        : chunk.filter(({ id }) => id >= next);
      events.push(...wanted.slice(0, limit - events.length));
      next = reverse ? start - 1 : start + chunk.length;
      if (events.length >= limit) break;
    }
    if (next === before) break;
  }
  return events;
}
