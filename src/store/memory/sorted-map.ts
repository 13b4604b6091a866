// An ordered map from keys to anything: sorted chunks of a bounded size, found
// by binary search. Two levels are enough for millions of keys, and far simpler
// than a tree.

import type { Key, Range } from "../../core/ports/store.ts";

interface Chunk<V> {
  readonly keys: Key[];
  readonly values: V[];
}

const chunkSize = 128;

export class SortedMap<V> {
  /** In order, none empty. */
  #chunks: Chunk<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: Key): V | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (chunk === undefined) return undefined;
    const at = lowerBound(chunk.keys, key);
    return chunk.keys[at] === key ? chunk.values[at] : undefined;
  }

  set(key: Key, value: V): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      this.#size++;
      return;
    }
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] === key) {
      chunk.values[at] = value;
      return;
    }
    this.#size++;
    chunk.keys.splice(at, 0, key);
    chunk.values.splice(at, 0, value);
    if (chunk.keys.length > chunkSize) this.#split(index, chunk);
  }

  delete(key: Key): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] !== key) return;
    this.#size--;
    chunk.keys.splice(at, 1);
    chunk.values.splice(at, 1);
    this.#merge(index, chunk);
  }

  deleteRange({ start, end }: Range): void {
    if (start >= end) return;
    const kept: Chunk<V>[] = [];
    const first = this.#chunkOf(start);
    let index = first;
    for (; index < this.#chunks.length; index++) {
      const { keys, values } = this.#chunks[index]!;
      if (keys[0]! >= end) break;
      const from = lowerBound(keys, start);
      const count = lowerBound(keys, end) - from;
      this.#size -= count;
      keys.splice(from, count);
      values.splice(from, count);
      if (keys.length > 0) kept.push({ keys, values });
    }
    this.#chunks = [...this.#chunks.slice(0, first), ...kept, ...this.#chunks.slice(index)];
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  /** Calls `visit` for the entries of the range in order, until it returns false. The map must not change meanwhile. */
  scan({ start, end }: Range, reverse: boolean, visit: (key: Key, value: V) => boolean): void {
    if (reverse) this.#descend(start, end, visit);
    else this.#ascend(start, end, visit);
  }

  #ascend(start: Key, end: Key, visit: (key: Key, value: V) => boolean): void {
    for (let index = this.#chunkOf(start), from = start; index < this.#chunks.length; index++, from = "") {
      const { keys, values } = this.#chunks[index]!;
      for (let at = from === "" ? 0 : lowerBound(keys, from); at < keys.length; at++) {
        const key = keys[at]!;
        if (key >= end || !visit(key, values[at]!)) return;
      }
    }
  }

  #descend(start: Key, end: Key, visit: (key: Key, value: V) => boolean): void {
    for (let index = this.#chunkOf(end); index >= 0; index--) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) continue;
      const { keys, values } = chunk;
      for (let at = lowerBound(keys, end) - 1; at >= 0; at--) {
        const key = keys[at]!;
        if (key < start || !visit(key, values[at]!)) return;
      }
    }
  }

  /** The last chunk that begins at or before the key, else the first: where the key is, or belongs. */
  #chunkOf(key: Key): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#chunks[middle]!.keys[0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Keys often arrive in order: at the very end only the last one moves on, and chunks stay full. */
  #split(index: number, { keys, values }: Chunk<V>): void {
    const last = index === this.#chunks.length - 1;
    const at = last ? chunkSize : chunkSize >>> 1;
    this.#chunks.splice(index + 1, 0, { keys: keys.splice(at), values: values.splice(at) });
  }

  #merge(index: number, { keys, values }: Chunk<V>): void {
    if (keys.length === 0) {
      this.#chunks.splice(index, 1);
      return;
    }
    const next = this.#chunks[index + 1];
    if (next === undefined || keys.length + next.keys.length > chunkSize >>> 1) return;
    keys.push(...next.keys);
    values.push(...next.values);
    this.#chunks.splice(index + 1, 1);
  }
}

/** The index of the first key that is not less. */
function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
