// What one transaction saw of the shared file: kept, for a commit of another
// process is noticed only by looking again.

import type { Key, Range } from "../../../core/ports/store.ts";
import type { Entries } from "../../backend.ts";

export class Recording implements Entries {
  readonly #entries: Entries;
  readonly #values = new Map<Key, Uint8Array | undefined>();
  readonly #ranges: { readonly range: Range; readonly keys: readonly Key[] }[] = [];

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  get(key: Key): Uint8Array | undefined {
    const value = this.#entries.get(key);
    if (!this.#values.has(key)) this.#values.set(key, value);
    return value;
  }

  keys(range: Range, limit: number, reverse: boolean): Key[] {
    return this.#entries.keys(range, limit, reverse);
  }

  readRange(range: Range): void {
    this.#ranges.push({ range, keys: this.#entries.keys(range, Number.MAX_SAFE_INTEGER, false) });
  }

  /** Everything read is there now as it was then. Values are compared, so that a change that was undone is none. */
  stands(keysRead: ReadonlySet<Key>): boolean {
    for (const key of keysRead) if (!this.#same(key)) return false;
    return this.#ranges.every(({ range, keys }) => {
      const now = this.#entries.keys(range, keys.length + 1, false);
      return now.length === keys.length && now.every((key, at) => key === keys[at] && this.#same(key));
    });
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
