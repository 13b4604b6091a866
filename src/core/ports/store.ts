// The store port: an ordered key-value store with optimistic transactions, in
// the manner of FoundationDB. Everything Cumulet remembers goes through it.

/**
 * A packed tuple (`base/tuple.ts`) as a binary string: one character per byte,
 * so that JavaScript's `<` is the byte order of every adapter.
 */
export type Key = string;

export interface Range {
  /** Inclusive. */
  readonly start: Key;
  /** Exclusive. */
  readonly end: Key;
}

export interface ScanOptions {
  readonly limit?: number;
  readonly reverse?: boolean;
}

export interface Entry {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** An entry that goes to the end of a log. */
export interface Appended {
  /** From 1, without gaps; known once the transaction has committed, 0 until then. */
  readonly position: number;
}

/** A value, or the promise of one: an adapter in memory answers at once. */
export type Awaitable<T> = T | Promise<T>;

/**
 * One optimistic transaction. Reads see the state at its start and its own
 * writes; the commit succeeds only if nothing read was changed meanwhile.
 */
export interface StoreTransaction {
  get(key: Key): Awaitable<Uint8Array | undefined>;
  /** Several keys in one round trip, in the order asked. */
  getMany(keys: readonly Key[]): Awaitable<readonly (Uint8Array | undefined)[]>;
  /** In key order, at most `limit` entries (default 1,000). The range is part of what was read, as far as it was read. */
  scan(range: Range, options?: ScanOptions): Awaitable<readonly Entry[]>;
  /**
   * The first entries of the range that no other open transaction has claimed,
   * held for this one until it ends. They count as read; the range does not,
   * so that many consumers take from one queue without conflict.
   */
  claim(range: Range, limit: number): Awaitable<readonly Entry[]>;
  put(key: Key, value: Uint8Array): void;
  delete(key: Key): void;
  deleteRange(range: Range): void;
  /** Adds to a counter (absent is 0) without reading it: two additions never conflict. */
  add(key: Key, delta: number): void;
  /** The counter's value; 0 where there is none. */
  count(key: Key): Awaitable<number>;
  /** As `count`, and not part of what was read: others may change it before the commit. For limits that need not be exact. */
  estimate(key: Key): Awaitable<number>;
  /**
   * Puts a value at the end of a log, without reading it: two appends never conflict. Who
   * reads entries at `log` followed by a packed position meets them in the order of their commits, so that
   * nothing ever appears behind what was read. The key `log` itself counts the entries ever appended.
   * This transaction does not see them.
   */
  append(log: Key, value: Uint8Array): Appended;
  /** Wakes the watchers of a topic after the commit, on every node. */
  notify(topic: string): void;
}

export interface Store {
  /**
   * Runs `body` and commits. On a conflict runs it again, at most `attempts`
   * times (default 50), then throws `ConflictError`. When the promise resolves the writes
   * are as durable as the store was opened for. A body that throws writes nothing.
   */
  transact<T>(body: (tx: StoreTransaction) => Awaitable<T>, attempts?: number): Promise<T>;
  /**
   * As `transact`, for a body whose findings another will look at again before it acts on them: where it
   * writes nothing, and does not throw, what it read may be some moments old. Only of stores that save a
   * round trip so.
   */
  preview?<T>(body: (tx: StoreTransaction) => Awaitable<T>): Promise<T>;
  /** As `transact`, for bodies that only read: a write throws. */
  read<T>(body: (tx: StoreTransaction) => Awaitable<T>): Promise<T>;
  /** Calls `listener` after each commit that notified `topic`; returns the function that stops it. */
  watch(topic: string, listener: () => void): () => void;
  /** Removes everything (`POST /_cumulet/reset`). */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The transaction lost against others too often. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}
