// Questions about ranges of keys.

import { after } from "../base/tuple.ts";
import type { Key, Range } from "../core/ports/store.ts";

export function contains(range: Range, key: Key): boolean {
  return range.start <= key && key < range.end;
}

export function overlaps(one: Range, other: Range): boolean {
  return one.start < other.end && other.start < one.end;
}

/** What a scan that ended at `key` has left of its range. */
export function beyond(range: Range, key: Key, reverse: boolean): Range {
  return reverse ? { start: range.start, end: key } : { start: after(key), end: range.end };
}

/** What a scan that ended at `key` has read of its range. */
export function upTo(range: Range, key: Key, reverse: boolean): Range {
  return reverse ? { start: key, end: range.end } : { start: range.start, end: after(key) };
}
