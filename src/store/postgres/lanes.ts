// Lanes: what keeps two nodes from committing side by side what rests on each
// other where there is no entry to lock, because what was read is that there is
// none. A key belongs to the lane of its first three parts (service, account,
// region).

import type { Key, Range } from "../../core/ports/store.ts";
import { laneCount } from "./statements.ts";

const leadingParts = 3;
const every: readonly number[] = Array.from({ length: laneCount }, (_, at) => at);

export function laneOfKey(key: Key): number {
  return hash(key, leadLength(key) ?? key.length) % laneCount;
}

export function lanesOfRange({ start, end }: Range): readonly number[] {
  const length = leadLength(start);
  if (length === undefined || end.slice(0, length) !== start.slice(0, length)) return every;
  return [hash(start, length) % laneCount];
}

/** The length of the first parts; undefined where the key has fewer. */
function leadLength(key: Key): number | undefined {
  let at = 0;
  for (let part = 0; part < leadingParts; part++) {
    const type = key.charCodeAt(at);
    if (Number.isNaN(type)) return undefined;
    // A number is eight bytes, strings and bytes end in a NUL that no 0xff follows, the rest is its type alone.
    if (type === 4) at += 9;
    else if (type === 5 || type === 6) {
      let end = key.indexOf("\0", at + 1);
      while (end >= 0 && key.charCodeAt(end + 1) === 0xff) end = key.indexOf("\0", end + 2);
      if (end < 0) return undefined;
      at = end + 1;
    } else at += 1;
    if (at > key.length) return undefined;
  }
  return at;
}

function hash(key: Key, length: number): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < length; at++) value = Math.imul(value ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
