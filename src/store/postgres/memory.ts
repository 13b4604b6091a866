// What this node remembers of entries that it reads again and again and that
// seldom change: tables, queues, buckets. A transaction may begin with what is
// remembered and need not ask for it first; that it still stands is asked
// together with the next read, at the end, or by the commit.

import type { Key } from "../../core/ports/store.ts";
import type { Footprint } from "../backend.ts";
import { contains } from "../range.ts";
import { absent, type Stored } from "./rows.ts";

export interface Remembered {
  readonly version: number;
  /** Undefined: that there is none is remembered. */
  readonly stored: Stored | undefined;
}

const mostKeys = 4096;
const mostBytes = 8192;
/** Found unchanged so often, a key is remembered. */
const readsBefore = 2;
/** As many more after it was remembered wrongly. */
const readsAfterChange = 16;

export class Memory {
  readonly #remembered = new Map<Key, Remembered>();
  /** Keys that were read lately: with which version, how often. */
  readonly #met = new Map<Key, { version: number; reads: number }>();

  get(key: Key): Remembered | undefined {
    return this.#remembered.get(key);
  }

  /** It was read from the database. */
  met(key: Key, stored: Stored | undefined): void {
    const version = stored?.version ?? absent;
    if (this.#remembered.get(key)?.version === version) return;
    this.#remembered.delete(key);
    const before = this.#met.get(key);
    if (before === undefined || (before.version !== version && before.reads >= 0)) {
      make(this.#met, key, { version, reads: 1 });
      return;
    }
    before.reads = before.version === version ? before.reads + 1 : Math.min(before.reads, 0);
    before.version = version;
    if (before.reads < readsBefore || (stored?.value.length ?? 0) > mostBytes) return;
    this.#met.delete(key);
    make(this.#remembered, key, { version, stored });
  }

  /** A transaction of this node has changed them. */
  changed({ entries, deletedRanges }: Footprint): void {
    for (const key of entries.keys()) this.#remembered.delete(key);
    for (const range of deletedRanges) {
      for (const key of this.#remembered.keys()) if (contains(range, key)) this.#remembered.delete(key);
    }
  }

  /** A transaction rested on them, and something it rested on had changed. */
  doubt(keys: Iterable<Key>): void {
    for (const key of keys) {
      const remembered = this.#remembered.get(key);
      if (remembered === undefined) continue;
      this.#remembered.delete(key);
      make(this.#met, key, { version: remembered.version, reads: -readsAfterChange });
    }
  }
}

/** The oldest go when there are too many. */
function make<V>(map: Map<Key, V>, key: Key, value: V): void {
  if (map.size >= mostKeys) {
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  }
  map.set(key, value);
}
