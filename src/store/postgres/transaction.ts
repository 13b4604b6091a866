// One attempt of one transaction on a database: it remembers the versions of
// what it read, and keeps its writes until the commit.

import type { Appended, Entry, Key, Range, ScanOptions, StoreTransaction } from "../../core/ports/store.ts";
import type { Footprint } from "../backend.ts";
import { decodeCounter } from "../counter.ts";
import { beyond, contains, overlaps, upTo } from "../range.ts";
import { Overtaken } from "../transaction.ts";
import { resolve, WriteBuffer } from "../write-buffer.ts";
import type { Memory } from "./memory.ts";
import type { Observations, RangeRead } from "./observations.ts";
import type { Reader } from "./reader.ts";
import { absent, type Stored } from "./rows.ts";
import { versionModulus } from "./statements.ts";

export { Overtaken };

/** Entries that transactions of this node hold. */
export type Claims = Map<Key, DatabaseTransaction>;

interface OpenRange {
  readonly range: Range;
}

const scanLimit = 1000;
/** Beyond this many, what was read is checked at the end instead. */
const keysReadAgain = 8;

export class DatabaseTransaction implements StoreTransaction {
  readonly #reader: Reader;
  readonly #claims: Claims;
  readonly #nodeId: string;
  readonly #readOnly: boolean;
  readonly #memory: Memory;
  /** Taken from memory; `#unsure` until a statement has confirmed them. */
  readonly #fromMemory = new Set<Key>();
  #unsure = false;
  /** Undefined while the answer is awaited. */
  readonly #keys = new Map<Key, number | undefined>();
  readonly #counters = new Set<Key>();
  readonly #ranges: (OpenRange | RangeRead)[] = [];
  readonly #claimed = new Set<Key>();
  readonly #writes = new WriteBuffer();
  readonly #topics = new Set<string>();
  /** The range that was read last, if nothing was asked beside or after it: its moment is the one that all else must have been true at. */
  #lastRange: OpenRange | RangeRead | undefined;
  #asking = 0;
  /** Counts everything that it reads, wherever from. */
  #reads = 0;
  /** Statements whose answers are not known to be of one moment. */
  #moments = 0;
  #overtaken = false;
  #interrupted = false;
  #ended = false;

  constructor(reader: Reader, memory: Memory, claims: Claims, nodeId: string, readOnly: boolean) {
    this.#reader = reader;
    this.#memory = memory;
    this.#claims = claims;
    this.#nodeId = nodeId;
    this.#readOnly = readOnly;
  }

  async get(key: Key): Promise<Uint8Array | undefined> {
    return (await this.getMany([key]))[0];
  }

  async getMany(keys: readonly Key[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.#reading();
    // As they are now: what is written while the answer is awaited comes after this read.
    const writes = keys.map((key) => this.#writes.at(key));
    const needed = keys.filter((_, at) => writes[at] === undefined || typeof writes[at] === "number");
    const found = needed.length === 0 ? undefined : await this.#stored(needed);
    return keys.map((key, at) => {
      const write = writes[at];
      const value = found?.get(key)?.value;
      return write === undefined ? value : (resolve(write, value) ?? undefined);
    });
  }

  async scan(
    range: Range,
    { limit = scanLimit, reverse = false }: ScanOptions = {},
  ): Promise<readonly Entry[]> {
    this.#reading();
    if (limit <= 0 || range.start >= range.end) return [];
    const own = this.#writes.within(range, reverse);
    const gone = own.filter((key) => this.#writes.at(key) === null).length;
    const found: Entry[] = [];
    for (let rest = range, next = 0; ; ) {
      const size = limit - found.length + gone;
      const chunk = await this.#scanned(rest, size, reverse);
      const last = chunk.length < size ? undefined : chunk.at(-1)?.key;
      const before = (key: Key): boolean => last === undefined || key <= last !== reverse || key === last;
      const merged = chunk.filter(({ key }) => this.#writes.at(key) === undefined).map(entryOf);
      for (; next < own.length && before(own[next]!); next++) {
        const entry = await this.#own(own[next]!, chunk);
        if (entry !== undefined) merged.push(entry);
      }
      merged.sort((one, other) => (one.key < other.key !== reverse ? -1 : 1));
      found.push(...merged.slice(0, limit - found.length));
      if (found.length === limit || last === undefined) return found;
      rest = beyond(rest, last, reverse);
    }
  }

  async claim(range: Range, limit: number): Promise<readonly Entry[]> {
    this.#reading();
    this.#writing();
    if (limit <= 0 || range.start >= range.end) return [];
    const taken: Entry[] = [];
    for (const key of this.#writes.within(range, false)) {
      const write = this.#writes.at(key);
      if (write instanceof Uint8Array && taken.length < limit) taken.push({ key, value: write });
    }
    const passed = [...this.#claims.keys(), ...this.#writes.within(range, false)];
    const excluded = passed.filter((key) => contains(range, key));
    for (let rest = range, missed = true; missed && taken.length < limit; ) {
      missed = false;
      for (const each of await this.#claimedBy(rest, limit - taken.length, excluded)) {
        // Another of this node's was faster, or it is deleted here.
        if (this.#claims.has(each.key) || this.#writes.at(each.key) !== undefined) {
          missed = true;
          excluded.push(each.key);
          rest = beyond(rest, each.key, false);
          continue;
        }
        this.#take(each);
        taken.push(entryOf(each));
      }
    }
    return taken.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  put(key: Key, value: Uint8Array): void {
    this.#writing();
    this.#writes.put(key, value);
  }

  delete(key: Key): void {
    this.#writing();
    this.#writes.put(key, null);
  }

  deleteRange(range: Range): void {
    this.#writing();
    this.#writes.deleteRange(range);
  }

  add(key: Key, delta: number): void {
    this.#writing();
    this.#writes.add(key, delta);
  }

  append(log: Key, value: Uint8Array): Appended {
    this.#writing();
    return this.#writes.append(log, value);
  }

  async count(key: Key): Promise<number> {
    return decodeCounter(await this.get(key));
  }

  async estimate(key: Key): Promise<number> {
    this.#reading();
    const write = this.#writes.at(key);
    if (write !== undefined && typeof write !== "number") return decodeCounter(write);
    const value = (await this.#reader.get([key])).get(key)?.value;
    return decodeCounter(write === undefined ? value : resolve(write, value));
  }

  notify(topic: string): void {
    this.#writing();
    this.#topics.add(topic);
  }

  /** The rest is the store's. */

  get writes(): WriteBuffer {
    return this.#writes;
  }

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  get claimed(): ReadonlySet<Key> {
    return this.#claimed;
  }

  get overtaken(): boolean {
    return this.#overtaken;
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** What it read may together show what never was at any one moment. */
  get readAtSeveralMoments(): boolean {
    return this.#moments > 1 || this.#unsure;
  }

  get fromMemory(): ReadonlySet<Key> {
    return this.#fromMemory;
  }

  /** Reads that were never awaited have no answer to check, and nothing rests on them. */
  observations(): Observations {
    const keys = new Map<Key, number>();
    for (const [key, version] of this.#keys) if (version !== undefined) keys.set(key, version);
    const ranges = this.#ranges.filter((read): read is RangeRead => "entries" in read);
    return { keys, ranges, counters: this.#counters };
  }

  /** What must not have changed for all that it read to have been so at one moment. */
  doubts(): Observations {
    const { ranges, ...rest } = this.observations();
    return { ...rest, ranges: ranges.filter((range) => range !== this.#lastRange) };
  }

  hasRead({ deletedRanges, entries }: Footprint): boolean {
    for (const key of this.#keys.keys()) {
      if (entries.has(key) || deletedRanges.some((range) => contains(range, key))) return true;
    }
    return this.#ranges.some(
      ({ range }) =>
        deletedRanges.some((deleted) => overlaps(deleted, range)) ||
        [...entries.keys()].some((key) => contains(range, key)),
    );
  }

  overtake(): void {
    this.#overtaken = true;
  }

  end(): void {
    this.#ended = true;
    for (const key of this.#claimed) this.#claims.delete(key);
  }

  /**
   * What was read before is read again beside it: the last of several keys'
   * answer then says of all of them how they were at one moment.
   */
  async #stored(keys: readonly Key[]): Promise<ReadonlyMap<Key, Stored>> {
    const remembered = this.#remember(keys);
    if (remembered !== undefined) return remembered;
    const again = this.#keys.size > keysReadAgain ? [] : [...this.#keys.keys()];
    const all = again.length === this.#keys.size;
    // Ranges are not read again.
    if (this.#moments === 0 || !all || this.#ranges.length > 0) this.#moments++;
    for (const key of keys) if (!this.#keys.has(key)) this.#keys.set(key, undefined);
    const asked = [...again, ...keys];
    const found = await this.#asked(this.#reader.get(asked));
    for (const key of asked) this.#memory.met(key, found.get(key));
    for (const key of asked) this.#observe(key, found.get(key));
    if (all) this.#unsure = false;
    return found;
  }

  /** All of them from memory, where it has them all. */
  #remember(keys: readonly Key[]): ReadonlyMap<Key, Stored> | undefined {
    const found = new Map<Key, Stored>();
    for (const key of keys) {
      const remembered = this.#memory.get(key);
      if (remembered === undefined) return undefined;
      if (remembered.stored !== undefined) found.set(key, remembered.stored);
    }
    for (const key of keys) {
      this.#fromMemory.add(key);
      this.#observe(key, this.#memory.get(key)!.stored);
    }
    this.#unsure = true;
    this.#lastRange = undefined;
    this.#reads++;
    return found;
  }

  /** The same key read twice with different versions: what was read first holds no longer. */
  #observe(key: Key, stored: Stored | undefined): void {
    const version = stored?.version ?? absent;
    const before = this.#keys.get(key);
    if (before !== undefined && before !== version) this.#overtaken = true;
    if (before === undefined) this.#keys.set(key, version);
    if (stored?.counts) this.#counters.add(key);
    if (this.#overtaken) this.#interrupt();
  }

  async #scanned(range: Range, limit: number, reverse: boolean): Promise<Stored[]> {
    const at = this.#ranges.push({ range }) - 1;
    this.#moments++;
    const before = this.#reads;
    const alone = this.#asking === 0;
    const found = await this.#asked(this.#reader.scan(range, limit, reverse));
    const last = found.length < limit ? undefined : found.at(-1)?.key;
    this.#ranges[at] = {
      range: last === undefined ? range : upTo(range, last, reverse),
      entries: found.length,
      versions: found.reduce((sum, { version }) => (sum + version) % versionModulus, 0),
    };
    if (alone && this.#reads === before + 1) this.#lastRange = this.#ranges[at];
    if (this.#overtaken) this.#interrupt();
    return found;
  }

  async #claimedBy(range: Range, limit: number, excluded: readonly Key[]): Promise<Stored[]> {
    this.#moments++;
    const found = await this.#asked(this.#reader.claim(range, limit, this.#nodeId, excluded));
    // Of a body that another of its reads has ended meanwhile: nobody would let go of them.
    this.#assertOpen();
    if (this.#overtaken) this.#interrupt();
    return found;
  }

  async #asked<T>(answer: Promise<T>): Promise<T> {
    this.#lastRange = undefined;
    this.#reads++;
    this.#asking++;
    try {
      return await answer;
    } finally {
      this.#asking--;
    }
  }

  #take(stored: Stored): void {
    this.#claims.set(stored.key, this);
    this.#claimed.add(stored.key);
    this.#observe(stored.key, stored);
  }

  async #own(key: Key, chunk: readonly Stored[]): Promise<Entry | undefined> {
    const write = this.#writes.at(key);
    if (write === undefined || write === null) return undefined;
    if (typeof write !== "number") return { key, value: write };
    const value = resolve(write, chunk.find((each) => each.key === key)?.value);
    return value === null ? undefined : { key, value };
  }

  #reading(): void {
    this.#assertOpen();
    if (this.#overtaken) this.#interrupt();
  }

  #interrupt(): never {
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

function entryOf({ key, value }: Stored): Entry {
  return { key, value };
}
