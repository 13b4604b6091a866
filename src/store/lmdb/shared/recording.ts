// What one transaction saw of the shared file: kept, for a commit of another
// process is noticed only by looking again.

import type { Key, Range } from "../../../core/ports/store.ts";
import type { Entries } from "../../backend.ts";
import { contains } from "../../range.ts";

/** Part of what was read, as the transaction tells it. */
export interface ReadSet {
  readonly keysRead: ReadonlySet<Key>;
  readonly rangesRead: readonly Range[];
}

export class Recording implements Entries {
  readonly #entries: Entries;
  readonly #values = new Map<Key, Uint8Array | undefined>();
  readonly #present = new Set<Key>();

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  get(key: Key): Uint8Array | undefined {
    const value = this.#entries.get(key);
    if (!this.#values.has(key)) this.#values.set(key, value);
    return value;
  }

  keys(range: Range, limit: number, reverse: boolean): Key[] {
    const keys = this.#entries.keys(range, limit, reverse);
    for (const key of keys) this.#present.add(key);
    return keys;
  }

  /** Everything read is there now as it was then. Values are compared, so that a change that was undone is none. */
  stands({ keysRead, rangesRead }: ReadSet): boolean {
    for (const key of keysRead) if (!this.#same(key)) return false;
    return rangesRead.every((range) => this.#rangeStands(range));
  }

  #rangeStands(range: Range): boolean {
    let expected = 0;
    for (const key of this.#present) if (contains(range, key)) expected++;
    const now = this.#entries.keys(range, expected + 1, false);
    return now.length === expected && now.every((key) => this.#present.has(key) && this.#same(key));
  }

  #same(key: Key): boolean {
    // A key that is only known to be there was never asked for its value.
    if (!this.#values.has(key)) return true;
    const then = this.#values.get(key);
    const now = this.#entries.get(key);
    if (then === undefined || now === undefined) return then === now;
    return Buffer.compare(then, now) === 0;
  }
}
