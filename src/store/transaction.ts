// One attempt of one transaction: what it read, what it will write, what it has
// claimed. The engine tells it of every other commit at once, so that it knows
// at any moment whether all it has read still holds.

import type { Appended, Entry, Key, Range, ScanOptions, StoreTransaction } from "../core/ports/store.ts";
import type { Changes, Entries, Footprint } from "./backend.ts";
import { decodeCounter } from "./counter.ts";
import { beyond, contains, overlaps, upTo } from "./range.ts";
import { resolve, WriteBuffer } from "./write-buffer.ts";

/** Entries claimed by open transactions, and by which. */
export type Claims = Map<Key, Transaction>;

/** Thrown into a body whose reads no longer hold; the engine runs the body again. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";

  constructor() {
    super("What this transaction has read was changed by another");
  }
}

/** Never added to. */
const noNames = new Set<string>();
const noRanges: Range[] = [];
const noWrites = new WriteBuffer();

const scanLimit = 1_000;
const claimChunk = 256;

export class Transaction implements StoreTransaction {
  readonly #backend: Entries;
  readonly #claims: Claims;
  readonly #readOnly: boolean;
  // Most transactions need few of these: each begins as the shared empty one.
  #keysRead: Set<Key> = noNames;
  #rangesRead: Range[] = noRanges;
  #claimed: Set<Key> = noNames;
  #topics: Set<string> = noNames;
  #writes: WriteBuffer = noWrites;
  #overtaken = false;
  #interrupted = false;
  #ended = false;

  constructor(backend: Entries, claims: Claims, readOnly: boolean) {
    this.#backend = backend;
    this.#claims = claims;
    this.#readOnly = readOnly;
  }

  get(key: Key): Uint8Array | undefined {
    this.#reading();
    const write = this.#writes.at(key);
    // What it wrote itself does not rest on what others do.
    if (write === undefined || typeof write === "number") this.#readKey(key);
    return this.#value(key);
  }

  getMany(keys: readonly Key[]): readonly (Uint8Array | undefined)[] {
    return keys.map((key) => this.get(key));
  }

  scan(range: Range, { limit = scanLimit, reverse = false }: ScanOptions = {}): readonly Entry[] {
    this.#reading();
    if (limit <= 0 || range.start >= range.end) return [];
    const keys = this.#keys(range, limit, reverse);
    if (this.#rangesRead === noRanges) this.#rangesRead = [];
    const read = keys.length < limit ? range : upTo(range, keys[limit - 1]!, reverse);
    this.#rangesRead.push(read);
    this.#backend.readRange?.(read);
    return keys.map((key) => ({ key, value: this.#value(key)! }));
  }

  claim(range: Range, limit: number): readonly Entry[] {
    this.#reading();
    this.#writing();
    const taken: Entry[] = [];
    let rest = range;
    while (taken.length < limit && rest.start < rest.end) {
      const size = limit - taken.length + Math.min(this.#claims.size, claimChunk);
      const keys = this.#keys(rest, size, false);
      for (const key of keys) {
        if (taken.length === limit) break;
        const owner = this.#claims.get(key);
        if (owner === undefined) this.#take(key);
        if (owner === undefined || owner === this) taken.push({ key, value: this.#value(key)! });
      }
      if (keys.length < size) break;
      rest = beyond(rest, keys[size - 1]!, false);
    }
    return taken;
  }

  put(key: Key, value: Uint8Array): void {
    this.#written().put(key, value);
  }

  delete(key: Key): void {
    this.#written().put(key, null);
  }

  deleteRange(range: Range): void {
    this.#written().deleteRange(range);
  }

  add(key: Key, delta: number): void {
    this.#written().add(key, delta);
  }

  append(log: Key, value: Uint8Array): Appended {
    return this.#written().append(log, value);
  }

  count(key: Key): number {
    return decodeCounter(this.get(key));
  }

  estimate(key: Key): number {
    this.#reading();
    return decodeCounter(this.#value(key));
  }

  notify(topic: string): void {
    this.#writing();
    if (this.#topics === noNames) this.#topics = new Set();
    this.#topics.add(topic);
  }

  /** The rest is the engine's. */

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  /** Something read has changed: writes that rest on it must not be committed. */
  get overtaken(): boolean {
    return this.#overtaken;
  }

  /** The body was told so, and cannot have come to its proper end. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  get keysRead(): ReadonlySet<Key> {
    return this.#keysRead;
  }

  /** There is something to commit. */
  get writes(): boolean {
    return !this.#writes.empty;
  }

  /** Undefined where there is nothing to commit. */
  changes(): Changes | undefined {
    return this.#writes.empty ? undefined : this.#writes.changes((key) => this.#backend.get(key));
  }

  hasRead({ deletedRanges, entries }: Footprint): boolean {
    const [few, many] =
      entries.size < this.#keysRead.size ? [entries, this.#keysRead] : [this.#keysRead, entries];
    for (const key of few.keys()) if (many.has(key)) return true;
    for (const range of this.#rangesRead)
      for (const key of entries.keys()) if (contains(range, key)) return true;
    for (const deleted of deletedRanges) {
      for (const key of this.#keysRead) if (contains(deleted, key)) return true;
      for (const range of this.#rangesRead) if (overlaps(deleted, range)) return true;
    }
    return false;
  }

  overtake(): void {
    this.#overtaken = true;
  }

  end(): void {
    this.#ended = true;
    for (const key of this.#claimed) this.#claims.delete(key);
  }

  #value(key: Key): Uint8Array | undefined {
    const write = this.#writes.at(key);
    if (write === undefined) return this.#backend.get(key);
    return resolve(write, typeof write === "number" ? this.#backend.get(key) : undefined) ?? undefined;
  }

  #keys(range: Range, limit: number, reverse: boolean): Key[] {
    const stored: Entries["keys"] = (part, most, backwards) => this.#backend.keys(part, most, backwards);
    return this.#writes.keys(stored, range, limit, reverse);
  }

  #take(key: Key): void {
    this.#claims.set(key, this);
    if (this.#claimed === noNames) this.#claimed = new Set();
    this.#claimed.add(key);
    this.#readKey(key);
  }

  #readKey(key: Key): void {
    if (this.#keysRead === noNames) this.#keysRead = new Set();
    this.#keysRead.add(key);
  }

  #written(): WriteBuffer {
    this.#writing();
    if (this.#writes === noWrites) this.#writes = new WriteBuffer();
    return this.#writes;
  }

  #reading(): void {
    this.#assertOpen();
    if (!this.#overtaken) return;
    this.#interrupted = true;
    throw new Overtaken();
  }

  #writing(): void {
    this.#assertOpen();
    if (this.#readOnly) throw new Error("A write in a transaction that only reads");
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error("The transaction is over: await what it does before its body returns");
  }
}
