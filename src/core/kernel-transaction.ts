// The transaction that handlers see, over the store's. Values are encoded as
// they are put; index entries and events are settled just before the commit,
// so that `put` itself never has to wait.

import { type Part, pack, prefixRange, textPrefixRange } from "../base/tuple.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { DecodedCache } from "./decoded-cache.ts";
import { deliverEvent } from "./events.ts";
import type { Ids } from "./ids.ts";
import { InCall } from "./in-call.ts";
import type { EnqueueOptions, Job } from "./job.ts";
import { applyJobChange, type JobChange, type JobQueueServices } from "./job-queue.ts";
import { ObservationRecord, observationTopic } from "./observation.ts";
import type { Place } from "./place.ts";
import type { Entry, Key, Range, StoreTransaction } from "./ports/store.ts";
import type { Registry } from "./registry.ts";
import type { AnyResource, Resource } from "./resource.ts";
import type { ResourceKeys } from "./resource-keys.ts";
import type { CallInfo, ListOptions, Page, Transaction } from "./transaction.ts";
import { decodeValue, encodeValue } from "./value.ts";

/** What transactions share with the kernel that makes them. */
export interface TransactionServices extends JobQueueServices {
  readonly keys: ResourceKeys;
  readonly decoded: DecodedCache;
  readonly registry: Registry;
}

/** A value written in this transaction whose index entries are still to be settled. */
interface PendingIndex {
  readonly resource: AnyResource;
  readonly place: Place;
  readonly key: Key;
  /** The stored bytes before the first write to this key. */
  readonly before: Uint8Array | undefined;
  after: object | undefined;
}

/** What is done at the end of the body. Shared by all views (`at`) of one transaction; most have none of it. */
interface Unsettled {
  indexes?: Map<Key, PendingIndex | Promise<PendingIndex>> | undefined;
  jobs?: JobChange[] | undefined;
  published?: Published[] | undefined;
}

/** An event that others are still to overhear, and where it happened. */
interface Published {
  readonly source: string;
  readonly event: object;
  readonly tx: Transaction;
}

const maximumPage = 1000;

export class KernelTransaction extends InCall implements Transaction {
  readonly raw: StoreTransaction;
  readonly now: number;
  readonly #services: TransactionServices;
  readonly #unsettled: Unsettled;

  constructor(
    raw: StoreTransaction,
    now: number,
    place: Place,
    info: CallInfo,
    services: TransactionServices,
    unsettled: Unsettled = {},
  ) {
    super(place, info);
    this.raw = raw;
    this.now = now;
    this.#services = services;
    this.#unsettled = unsettled;
  }

  get ids(): Ids {
    return this.#services.ids;
  }
  nextOrder(): number {
    return this.#services.nextOrder();
  }

  async get<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    ...key: K
  ): Promise<T | undefined> {
    const packed = this.#services.keys.values(resource, this) + pack(key);
    const read = this.raw.get(packed);
    const bytes = read instanceof Promise ? await read : read;
    return bytes === undefined ? undefined : this.#decode(resource, packed, bytes);
  }

  put<T extends object, K extends readonly Part[]>(resource: Resource<T, K>, value: T): void {
    const key = this.#services.keys.values(resource, this) + pack(resource.key(value));
    this.#noteIndexes(resource, key, value);
    this.raw.put(key, encodeValue(value, resource.binary === true));
  }

  delete<T extends object, K extends readonly Part[]>(resource: Resource<T, K>, ...key: K): void {
    const packed = this.#services.keys.values(resource, this) + pack(key);
    this.#noteIndexes(resource, packed, undefined);
    this.raw.delete(packed);
  }

  async list<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    options: ListOptions = {},
  ): Promise<Page<T>> {
    const keys = this.#services.keys;
    if (options.index !== undefined) await this.settle();
    const base =
      options.index === undefined ? keys.values(resource, this) : keys.index(resource, options.index, this);
    const limit = Math.min(options.limit ?? maximumPage, maximumPage);
    // One more than asked for tells whether there is a next page.
    const found = await this.raw.scan(pageRange(base, options), {
      limit: limit + 1,
      reverse: options.reverse ?? false,
    });
    const shown = found.slice(0, limit);
    const values =
      options.index === undefined
        ? shown.map((entry) => this.#decode<T>(resource, entry.key, entry.value))
        : await this.#followIndex<T>(resource, shown);
    const last = shown.at(-1);
    return found.length > limit && last !== undefined
      ? { values, cursor: encodeCursor(base, last.key) }
      : { values };
  }

  async all<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    prefix: readonly Part[] = [],
  ): Promise<readonly T[]> {
    const values: T[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.list(resource, { prefix, cursor });
      values.push(...page.values);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return values;
  }

  at(place: Partial<Place>): Transaction {
    const there = { account: place.account ?? this.account, region: place.region ?? this.region };
    return new KernelTransaction(this.raw, this.now, there, this.info, this.#services, this.#unsettled);
  }

  enqueue<P extends object>(job: Job<P>, payload: P, options: EnqueueOptions = {}): void {
    this.#changeJob(job.name, options.id, { payload, at: options.at ?? this.now });
  }

  cancel<P extends object>(job: Job<P>, id: string): void {
    this.#changeJob(job.name, id, undefined);
  }

  publish(source: string, event: object): void {
    const { registry } = this.#services;
    for (const service of registry.listeners(source)) {
      this.#changeJob(deliverEvent, undefined, { payload: { service, source, event }, at: this.now });
    }
    if (registry.overhearing.length === 0) return;
    this.#unsettled.published ??= [];
    this.#unsettled.published.push({ source, event, tx: this });
  }

  observeCalls(service: string, wanted: boolean): void {
    const { account, region } = this;
    if (wanted) this.put(ObservationRecord, { service, account, region });
    else this.delete(ObservationRecord, account, region, service);
    this.notify(observationTopic);
  }

  notify(topic: string): void {
    this.raw.notify(topic);
  }

  key(service: string, ...parts: readonly Part[]): Key {
    return this.#services.keys.space(service, this) + pack(parts);
  }

  async claim(
    service: string,
    prefix: readonly Part[],
    until: readonly Part[],
    limit: number,
  ): Promise<readonly Entry[]> {
    const base = this.key(service, ...prefix);
    return this.raw.claim({ start: base, end: `${base + pack(until)}\xff` }, limit);
  }

  /** Whether `settle` has anything to do. */
  get unsettled(): boolean {
    const { indexes, jobs, published } = this.#unsettled;
    return indexes !== undefined || jobs !== undefined || published !== undefined;
  }

  /** Lets events be overheard, stores jobs, and brings index entries in line with the values written. Called before every commit and before an index is read. */
  async settle(): Promise<void> {
    await this.#letOverhear();
    const { indexes, jobs } = this.#unsettled;
    this.#unsettled.indexes = undefined;
    this.#unsettled.jobs = undefined;
    for (const change of jobs ?? []) await applyJobChange(this.raw, change, this.#services);
    for (const promised of indexes?.values() ?? []) {
      const { resource, place, before, after } = await promised;
      const { keys } = this.#services;
      const old =
        before === undefined
          ? []
          : keys.entries(resource, decodeValue(before, resource.binary === true), place);
      const fresh = after === undefined ? [] : keys.entries(resource, after, place);
      for (const key of old) if (!fresh.includes(key)) this.raw.delete(key);
      if (after === undefined) continue;
      const target = Buffer.from(pack(resource.key(after)), "latin1");
      for (const key of fresh) if (!old.includes(key)) this.raw.put(key, target);
    }
  }

  async #letOverhear(): Promise<void> {
    const { published } = this.#unsettled;
    this.#unsettled.published = undefined;
    const { registry } = this.#services;
    for (const { source, event, tx } of published ?? []) {
      for (const name of registry.overhearing) {
        const service = registry.loaded(name) ?? (await registry.load(name));
        await service?.overhears?.(source, event as Readonly<Record<string, unknown>>, tx);
      }
    }
  }

  /** Remembers what a value's index entries were before its first write; the read is asked for now and awaited later. */
  #noteIndexes(resource: AnyResource, key: Key, after: object | undefined): void {
    if (resource.indexes === undefined) return;
    this.#unsettled.indexes ??= new Map();
    const { indexes } = this.#unsettled;
    const known = indexes.get(key);
    if (known === undefined) {
      const before = this.raw.get(key);
      const place = { account: this.account, region: this.region };
      indexes.set(
        key,
        before instanceof Promise
          ? before.then((bytes) => ({ resource, place, key, before: bytes, after }))
          : { resource, place, key, before, after },
      );
    } else if (known instanceof Promise) {
      indexes.set(
        key,
        known.then((pending) => ({ ...pending, after })),
      );
    } else {
      known.after = after;
    }
  }

  #changeJob(name: string, id: string | undefined, run: JobChange["run"]): void {
    this.#unsettled.jobs ??= [];
    this.#unsettled.jobs.push({ name, account: this.account, region: this.region, id, run });
  }

  #decode<T extends object>(resource: AnyResource, key: Key, bytes: Uint8Array): T {
    return resource.cached === true
      ? this.#services.decoded.decode(key, bytes, resource.binary === true)
      : decodeValue(bytes, resource.binary === true);
  }

  /** An index entry's value is the packed key of what it points to. */
  async #followIndex<T extends object>(resource: AnyResource, entries: readonly Entry[]): Promise<T[]> {
    const values = this.#services.keys.values(resource, this);
    const targets = entries.map((entry) => values + Buffer.from(entry.value).toString("latin1"));
    const found = await this.raw.getMany(targets);
    return found.flatMap((bytes, at) =>
      bytes === undefined ? [] : [this.#decode<T>(resource, targets[at]!, bytes)],
    );
  }
}

function pageRange(base: Key, options: ListOptions): Range {
  const { prefix = [], startsWith } = options;
  const { start, end } = startsWith === undefined ? prefixRange(prefix) : textPrefixRange(prefix, startsWith);
  const whole = { start: base + start, end: base + end };
  if (options.cursor === undefined) return whole;
  const last = decodeCursor(base, options.cursor);
  // Keys are strings: `Math.min` is not for them.
  if (options.reverse === true) return { start: whole.start, end: last > whole.end ? whole.end : last };
  return { start: last >= whole.start ? `${last}\x00` : whole.start, end: whole.end };
}
