// The writes of one open transaction, kept until its commit and laid over the
// stored entries when the transaction reads.

import { pack } from "../base/tuple.ts";
import type { Appended, Key, Range } from "../core/ports/store.ts";
import type { Changes } from "./backend.ts";
import { decodeCounter, encodeCounter } from "./counter.ts";
import { beyond, contains } from "./range.ts";

/** What will be at a key: a value, nothing, or the stored counter plus so much. */
export type Write = Uint8Array | null | number;

export interface Append extends Appended {
  position: number;
  readonly value: Uint8Array;
}

export interface PendingWrites {
  /** Deleted before the writes. */
  readonly deletedRanges: readonly Range[];
  readonly writes: ReadonlyMap<Key, Write>;
  readonly appends: ReadonlyMap<Key, readonly Append[]>;
  /** Those of the writes whose value is a counter's, begun anew. */
  readonly counters: ReadonlySet<Key>;
}

const noAppends: ReadonlyMap<Key, readonly Append[]> = new Map();
const noKeys: ReadonlySet<Key> = new Set();

type Keys = (range: Range, limit: number, reverse: boolean) => Key[];

export class WriteBuffer {
  readonly #writes = new Map<Key, Write>();
  #deletedRanges: readonly Range[] = [];
  /** By log; they get their keys at the commit. */
  #appends: Map<Key, Append[]> | undefined;
  #counters: Set<Key> | undefined;

  get empty(): boolean {
    return this.#writes.size === 0 && this.#deletedRanges.length === 0 && this.#appends === undefined;
  }

  /** Undefined where this transaction leaves the key as it is. */
  at(key: Key): Write | undefined {
    // Most reads meet no writes: then the key need not even be hashed.
    const write = this.#writes.size === 0 ? undefined : this.#writes.get(key);
    if (write !== undefined || this.#deletedRanges.length === 0) return write;
    return this.#deletedRanges.some((range) => contains(range, key)) ? null : undefined;
  }

  put(key: Key, value: Uint8Array | null): void {
    this.#writes.set(key, value);
    this.#counters?.delete(key);
  }

  add(key: Key, delta: number): void {
    const write = this.at(key);
    if (write === undefined) this.#writes.set(key, delta);
    else if (typeof write === "number") this.#writes.set(key, write + delta);
    else {
      this.#writes.set(key, encodeCounter(decodeCounter(write) + delta));
      this.#counters ??= new Set();
      this.#counters.add(key);
    }
  }

  append(log: Key, value: Uint8Array): Appended {
    this.#appends ??= new Map();
    const appends = this.#appends.get(log);
    const append = { position: 0, value };
    if (appends === undefined) this.#appends.set(log, [append]);
    else appends.push(append);
    return append;
  }

  deleteRange(range: Range): void {
    if (range.start >= range.end) return;
    for (const key of this.#writes.keys()) if (contains(range, key)) this.#writes.delete(key);
    this.#deletedRanges = [...this.#deletedRanges, range];
  }

  /** The keys of a range as the transaction sees them. */
  keys(stored: Keys, range: Range, limit: number, reverse: boolean): Key[] {
    if (this.empty) return stored(range, limit, reverse);
    const own = this.within(range, reverse);
    const merged: Key[] = [];
    // As many more as will fall out: to ask again costs more than to read a little further.
    let size = limit;
    for (const key of own) if (this.#writes.get(key) === null) size++;
    let chunk = stored(range, size, reverse);
    let rest = range;
    for (let at = 0, next = 0; merged.length < limit; ) {
      if (at === chunk.length && chunk.length === size) {
        rest = beyond(rest, chunk[size - 1]!, reverse);
        chunk = stored(rest, size, reverse);
        at = 0;
      }
      const theirs = chunk[at];
      const key = own[next];
      if (theirs === undefined && key === undefined) break;
      const ownFirst =
        key !== undefined && (theirs === undefined || key === theirs || key < theirs !== reverse);
      if (!ownFirst) {
        at++;
        if (this.at(theirs!) === undefined) merged.push(theirs!);
        continue;
      }
      next++;
      if (theirs === key) at++;
      if (this.#writes.get(key) !== null) merged.push(key);
    }
    return merged;
  }

  /** With every counter's sum and the place of every append worked out on what is stored now. Ends the buffer: what it gives is its own. */
  changes(stored: (key: Key) => Uint8Array | undefined): Changes {
    for (const [key, write] of this.#writes) {
      if (typeof write === "number") this.#writes.set(key, resolve(write, stored(key)));
    }
    if (this.#appends !== undefined) this.#place(this.#appends, stored);
    return {
      deletedRanges: this.#deletedRanges,
      entries: this.#writes as ReadonlyMap<Key, Uint8Array | null>,
    };
  }

  #place(appends: ReadonlyMap<Key, readonly Append[]>, stored: (key: Key) => Uint8Array | undefined): void {
    for (const [log, entries] of appends) {
      const own = this.at(log);
      let position = decodeCounter(own === undefined ? stored(log) : (own as Uint8Array | null));
      for (const append of entries) {
        append.position = ++position;
        this.#writes.set(log + pack([position]), append.value);
      }
      this.#writes.set(log, encodeCounter(position));
    }
  }

  /** What it holds, with counters and appends still to be worked out. */
  get pending(): PendingWrites {
    return {
      deletedRanges: this.#deletedRanges,
      writes: this.#writes,
      appends: this.#appends ?? noAppends,
      counters: this.#counters ?? noKeys,
    };
  }

  /** The keys it writes in a range, in order, those that it deletes as well. */
  within(range: Range, reverse: boolean): Key[] {
    const keys: Key[] = [];
    for (const key of this.#writes.keys()) if (contains(range, key)) keys.push(key);
    if (keys.length > 1) keys.sort(); // default order is by UTF-16 units, which here are bytes
    return reverse ? keys.reverse() : keys;
  }
}

export function resolve(write: Write, stored: Uint8Array | undefined): Uint8Array | null {
  return typeof write === "number" ? encodeCounter(decodeCounter(stored) + write) : write;
}
