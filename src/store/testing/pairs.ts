// What the crash test writes and checks: each transaction puts both halves of a
// pair and counts it, so that a lost or a partial transaction shows.

import { pack, prefixRange } from "../../base/tuple.ts";
import type { Store } from "../../core/ports/store.ts";

const pairs = ["pair"];
const counter = pack(["pairs"]);
/** From a few bytes to several pages. */
const sizeOf = (number: number) => 4 + ((number * 7919) % 97) ** 2 * (number % 50 === 0 ? 4 : 1);

function half(number: number): Uint8Array {
  const bytes = new Uint8Array(sizeOf(number)).fill(number % 256);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

export function writePair(store: Store, number: number): Promise<void> {
  return store.transact((tx) => {
    tx.put(pack([...pairs, number, "left"]), half(number));
    tx.put(pack([...pairs, number, "right"]), half(number));
    tx.add(counter, 1);
  });
}

/** The numbers of all pairs, each found whole; throws on half a pair and on a wrong count. */
export async function readPairs(store: Store): Promise<ReadonlySet<number>> {
  return store.read(async (tx) => {
    const entries = await tx.scan(prefixRange(pairs), { limit: Number.MAX_SAFE_INTEGER });
    const numbers = new Set<number>();
    for (let at = 0; at < entries.length; at += 2) {
      const [left, right] = [entries[at]!, entries[at + 1]];
      const number = new DataView(left.value.buffer, left.value.byteOffset).getUint32(0);
      const whole =
        left.key === pack([...pairs, number, "left"]) &&
        right?.key === pack([...pairs, number, "right"]) &&
        Buffer.compare(left.value, half(number)) === 0 &&
        Buffer.compare(right.value, half(number)) === 0;
      if (!whole) throw new Error(`Pair ${number} is not whole`);
      numbers.add(number);
    }
    const count = await tx.count(counter);
    if (count !== numbers.size) throw new Error(`${numbers.size} pairs were counted as ${count}`);
    return numbers;
  });
}
