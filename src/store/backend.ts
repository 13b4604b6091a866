// What the optimistic engine needs of a place that keeps entries. Everything is
// synchronous but durability: that is what makes a transaction cost microseconds.

import type { Key, Range } from "../core/ports/store.ts";

/** The keys and ranges that something changes. */
export interface Footprint {
  readonly deletedRanges: readonly Range[];
  readonly entries: Pick<ReadonlySet<Key>, "size" | "has" | "keys">;
}

/** What one transaction changes: the ranges are deleted first, then the entries written; null deletes. */
export interface Changes extends Footprint {
  readonly entries: ReadonlyMap<Key, Uint8Array | null>;
}

/** What can be read. */
export interface Entries {
  /** The value may be shared with the backend: nobody writes into it. */
  get(key: Key): Uint8Array | undefined;
  /** The keys that a range holds, in order. Who wants their values gets them: many a scan drops most of what it meets. */
  keys(range: Range, limit: number, reverse: boolean): Key[];
  /** Told, in the same turn, of a range that a transaction has just read and rests on. */
  readRange?(range: Range): void;
}

export interface Backend extends Entries {
  /**
   * Visible to `get` and `keys` on return, durable when the promise resolves;
   * nothing to wait for where it returns undefined. Commits written together share
   * one promise. Where it throws nothing has changed. Where the promise rejects the
   * changes are gone again, as are all that follow them: `lost` has been called.
   */
  commit(changes: Changes): Promise<void> | undefined;
  /** Set by the engine. Called at the moment that visible changes vanish. */
  lost: () => void;
  clear(): Promise<void> | undefined;
  close(): Promise<void> | undefined;
}
