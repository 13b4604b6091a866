// Reads one shard from a place on, and hands its records over in batches, one
// after another, until it ends. Between records it rests, and is woken.

import { Fault } from "../core/fault.ts";
import type { Attempt, Waiting } from "../core/waiting.ts";
import type { SourcePage, SourceRecord, Start, StreamSource } from "./stream-source.ts";

export interface Batching {
  /** Records in a batch, at most. */
  readonly size: number;
  /** So long a batch that is not full waits for more. */
  readonly windowMilliseconds: number;
}

export interface ShardReading {
  readonly source: StreamSource;
  readonly shardId: string;
  readonly start: Start;
  /** An iterator that means the start more exactly, as long as it has not expired. */
  readonly iterator?: string | undefined;
  readonly batching: Batching;
  /** Reads under the reader's role. */
  readonly role: (ctx: Waiting) => Waiting;
  /** Returns when the batch is dealt with, for good; or when `ctx` ends. */
  readonly handle: (ctx: Waiting, records: readonly SourceRecord[]) => Promise<void>;
  /** When to call `idle` even where nothing comes, if ever. */
  readonly idleAt?: () => number | undefined;
  readonly idle?: (ctx: Waiting) => Promise<void>;
}

/** Iterators expire after five minutes at the least: one that rests is changed for a new one. */
const refreshMilliseconds = 240_000;

/** `ended`: the shard is closed, and all its records have been handled. Otherwise `ctx` has ended. */
export async function readShard(ctx: Waiting, reading: ShardReading): Promise<"ended" | "stopped"> {
  const { batching, handle } = reading;
  const cursor = new Cursor(reading);
  while (!ctx.signal.aborted) {
    const batch: SourceRecord[] = [];
    let deadline: number | undefined;
    while (!ctx.signal.aborted && !cursor.ended && batch.length < batching.size) {
      if (deadline !== undefined && ctx.now() >= deadline) break;
      batch.push(...(await cursor.next(ctx, batching.size - batch.length, deadline)));
      if (batch.length > 0) deadline ??= ctx.now() + batching.windowMilliseconds;
      else await idle(ctx, reading);
    }
    if (ctx.signal.aborted) break;
    if (batch.length > 0) await handle(ctx, batch);
    if (ctx.signal.aborted) break;
    if (cursor.ended) return "ended";
  }
  return "stopped";
}

async function idle(ctx: Waiting, { idleAt, idle }: ShardReading): Promise<void> {
  const at = idleAt?.();
  if (at !== undefined && at <= ctx.now()) await idle?.(ctx);
}

/** Read ahead, since each page costs the shard one of few reads a second. */
const readAhead = 1000;

class Cursor {
  readonly #reading: ShardReading;
  #buffer: SourceRecord[] = [];
  /** The shard is closed, and was read to its end. */
  #last = false;
  #iterator: string | undefined;
  #start: Start;
  /** The reading began with an iterator of its own. */
  #exact: boolean;
  #restUntil = 0;

  constructor(reading: ShardReading) {
    this.#reading = reading;
    this.#start = reading.start;
    this.#iterator = reading.iterator;
    this.#exact = reading.iterator !== undefined;
  }

  /** All of the shard has been given out. */
  get ended(): boolean {
    return this.#last && this.#buffer.length === 0;
  }

  /** Records as soon as there are any; none at the deadline, at the end, or when it is time to be idle. */
  async next(ctx: Waiting, most: number, deadline: number | undefined): Promise<readonly SourceRecord[]> {
    if (this.#buffer.length > 0) return this.#buffer.splice(0, most);
    const { source, shardId, idleAt } = this.#reading;
    if (this.#restUntil > ctx.now()) await ctx.sleepUntil(this.#restUntil);
    const until = Math.min(
      deadline ?? Number.MAX_SAFE_INTEGER,
      idleAt?.() ?? Number.MAX_SAFE_INTEGER,
      ctx.now() + refreshMilliseconds,
    );
    const found = await ctx.waitFor(
      source.topic(shardId),
      until,
      async (): Promise<Attempt<readonly SourceRecord[]>> => {
        const records = await this.#read(ctx, Math.min(Math.max(most, readAhead), source.mostPerPage));
        if (records === undefined) return { retryAt: ctx.now() + 250 };
        if (this.#last || records.length > 0) return { done: records };
        // Something came that the page did not show yet: older records were passed over.
        return {};
      },
    );
    this.#restUntil = ctx.now() + source.pauseMilliseconds;
    this.#buffer.push(...(found ?? []));
    return this.#buffer.splice(0, most);
  }

  /** Undefined where the shard is read too often just now. */
  async #read(ctx: Waiting, limit: number): Promise<readonly SourceRecord[] | undefined> {
    const { source, shardId, role } = this.#reading;
    const reader = role(ctx);
    let page: SourcePage;
    try {
      this.#iterator ??= await source.iterator(reader, shardId, this.#start);
      page = await source.read(reader, this.#iterator, limit);
    } catch (error) {
      if (ctx.signal.aborted) return [];
      if (!(error instanceof Fault)) throw error;
      if (error.code === "ProvisionedThroughputExceededException") return undefined;
      if (error.code === "ExpiredIteratorException") {
        this.#iterator = undefined;
        this.#exact = false;
        return this.#read(ctx, limit);
      }
      if (error.code !== "TrimmedDataAccessException" || this.#start.type === "TRIM_HORIZON") throw error;
      this.#iterator = undefined;
      this.#start = { type: "TRIM_HORIZON" };
      return this.#read(ctx, limit);
    }
    this.#iterator = page.next;
    this.#last = page.next === undefined;
    const last = page.records.at(-1);
    const kept = this.#exact ? page.records : this.#passedOver(page.records);
    if (last !== undefined) {
      this.#start = { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: last.sequenceNumber };
    }
    // A page of nothing but older records is followed by the next one at once.
    if (last !== undefined && kept.length === 0 && !this.#last) return this.#read(ctx, limit);
    return kept;
  }

  #passedOver(records: readonly SourceRecord[]): readonly SourceRecord[] {
    const { start } = this.#reading;
    if (start.type !== "AT_TIMESTAMP") return records;
    // Times of changes are shown in whole seconds.
    const since = Math.floor(start.time / 1000) * 1000;
    return records.filter(({ arrivedAt }) => arrivedAt >= since);
  }
}
