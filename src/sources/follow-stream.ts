// Reads a stream for someone who keeps checkpoints: every shard with a reader of
// its own, each from where it has come to.

import { hash } from "node:crypto";
import type { Waiting } from "../core/waiting.ts";
import type { Checkpoint, Checkpoints } from "./checkpoint.ts";
import { Stopped } from "./deliver-batch.ts";
import { followShards } from "./follow-shards.ts";
import { readShard } from "./read-shard.ts";
import type { SourceRecord, SourceShard, Start, StreamSource } from "./stream-source.ts";

export interface StreamReading {
  readonly source: StreamSource;
  readonly role: (ctx: Waiting) => Waiting;
  readonly checkpoints: Checkpoints;
  readonly owner: string;
  readonly start: StreamStart;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  /** So many batches of a shard at once, each key's in order. */
  readonly lanes: number;
  /** Returns when the records are dealt with; `done` as they are, in their order. */
  readonly deliver: (
    ctx: Waiting,
    shard: ShardProgress,
    records: readonly SourceRecord[],
    done: (last: SourceRecord) => Promise<void>,
  ) => Promise<void>;
  /** When to call `idle` for a shard even where nothing comes, and before its end. */
  readonly idleAt?: (shard: ShardProgress) => number | undefined;
  readonly idle?: (ctx: Waiting, shard: ShardProgress) => Promise<void>;
}

export interface StreamStart {
  readonly position: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  /** Epoch milliseconds: of `AT_TIMESTAMP`, and for `LATEST` when the reader was made. */
  readonly time: number;
  /** By shard, where the latest record was at that time; for streams that know no times. They expire soon. */
  readonly iterators?: Readonly<Record<string, string>> | undefined;
}

export interface ShardProgress {
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
  /** Throws `Stopped` where `ctx` has ended: a successor may be at work already. */
  remember(ctx: Waiting, change: Partial<Checkpoint>): Promise<void>;
}

/** Until `ctx` ends; throws where the stream cannot be read. */
export function followStream(ctx: Waiting, reading: StreamReading): Promise<void> {
  return followShards(ctx, {
    source: reading.source,
    role: reading.role,
    isDone: (own, shard) => isDone(own, reading, shard),
    read: async (own, shard) => read(own, reading, progress(reading, await begin(own, reading, shard))),
  });
}

/**
 * Holds the latest records fast for a reader that is being made, where the stream
 * knows no times. Throws the stream's own faults, whatever the position is.
 */
export async function latestIterators(
  ctx: Waiting,
  source: StreamSource,
  position: string | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  const shards = await source.shards(ctx);
  if (source.kind !== "dynamodb" || position !== "LATEST") return undefined;
  const iterators: Record<string, string> = {};
  for (const { id, closed } of shards) {
    if (!closed) iterators[id] = await source.iterator(ctx, id, { type: "LATEST" });
  }
  return iterators;
}

function progress({ checkpoints }: StreamReading, begun: Checkpoint): ShardProgress {
  let checkpoint = begun;
  return {
    shardId: begun.shardId,
    get checkpoint() {
      return checkpoint;
    },
    remember: async (ctx, change) => {
      if (ctx.signal.aborted) throw new Stopped();
      const next = { ...checkpoint, ...change };
      checkpoint = next;
      await ctx.atomically(async (tx) => tx.put(checkpoints, next));
    },
  };
}

/** Of the shards that were closed before a reader of the latest records began, none is read. */
async function isDone(ctx: Waiting, reading: StreamReading, shard: SourceShard): Promise<boolean> {
  const { checkpoints, owner, start } = reading;
  const known = await ctx.atomically((tx) => tx.get(checkpoints, owner, shard.id));
  if (known !== undefined) return known.ended === true;
  if (!shard.closed || start.position !== "LATEST") return false;
  return !(await descends(ctx, reading, shard));
}

/** Whether a parent of the shard was read: then all of the shard is. */
function descends(
  ctx: Waiting,
  { checkpoints, owner }: StreamReading,
  { parents }: SourceShard,
): Promise<boolean> {
  return ctx.atomically(async (tx) => {
    for (const parent of parents) if ((await tx.get(checkpoints, owner, parent)) !== undefined) return true;
    return false;
  });
}

/** The checkpoint of the shard; at its first reading, the starting position. */
async function begin(ctx: Waiting, reading: StreamReading, shard: SourceShard): Promise<Checkpoint> {
  const { checkpoints, owner, start } = reading;
  const whole = start.position === "TRIM_HORIZON" || (await descends(ctx, reading, shard));
  return ctx.atomically(async (tx) => {
    const known = await tx.get(checkpoints, owner, shard.id);
    if (known !== undefined) return known;
    const fresh: Checkpoint = {
      owner,
      shardId: shard.id,
      from: whole ? { type: "TRIM_HORIZON" } : { type: "AT_TIMESTAMP", time: start.time },
    };
    tx.put(checkpoints, fresh);
    return fresh;
  });
}

function startOf({ from, sequenceNumber }: Checkpoint): Start {
  return sequenceNumber === undefined ? from : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber };
}

async function read(
  ctx: Waiting,
  reading: StreamReading,
  shard: ShardProgress,
): Promise<"ended" | "stopped"> {
  const { batchSize, windowMilliseconds, lanes, idleAt, idle, start } = reading;
  try {
    const end = await readShard(ctx, {
      source: reading.source,
      shardId: shard.shardId,
      start: startOf(shard.checkpoint),
      iterator: shard.checkpoint.sequenceNumber === undefined ? start.iterators?.[shard.shardId] : undefined,
      batching: { size: batchSize * lanes, windowMilliseconds },
      role: reading.role,
      handle: (own, records) =>
        lanes === 1 ? inOrder(own, reading, shard, records) : byKey(own, reading, shard, records),
      ...(idleAt !== undefined && { idleAt: () => idleAt(shard) }),
      ...(idle !== undefined && { idle: (own: Waiting) => idle(own, shard) }),
    });
    if (end === "stopped") return end;
    await idle?.(ctx, shard);
    await shard.remember(ctx, { ended: true });
    return end;
  } catch (error) {
    if (error instanceof Stopped) return "stopped";
    throw error;
  }
}

function inOrder(
  ctx: Waiting,
  reading: StreamReading,
  shard: ShardProgress,
  records: readonly SourceRecord[],
): Promise<void> {
  return reading.deliver(ctx, shard, records, ({ sequenceNumber }) =>
    shard.remember(ctx, { sequenceNumber }),
  );
}

/** Several batches at once, those of one key one after another. Done when all are. */
async function byKey(
  ctx: Waiting,
  { lanes: count, batchSize, deliver }: StreamReading,
  shard: ShardProgress,
  records: readonly SourceRecord[],
): Promise<void> {
  const lanes: SourceRecord[][] = Array.from({ length: count }, () => []);
  for (const record of records) lanes[hash("md5", record.key, "buffer")[0]! % count]!.push(record);
  const settled = await Promise.allSettled(
    lanes
      .filter((lane) => lane.length > 0)
      .map((lane) =>
        ctx.beside(async (own) => {
          for (let from = 0; from < lane.length; from += batchSize) {
            await deliver(own, shard, lane.slice(from, from + batchSize), async () => undefined);
          }
        }),
      ),
  );
  for (const each of settled) if (each.status === "rejected") throw each.reason;
  await shard.remember(ctx, { sequenceNumber: records.at(-1)!.sequenceNumber });
}
