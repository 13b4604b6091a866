// Reads a stream for a mapping: every shard with a reader of its own, each from
// where the mapping has come to.

import { hash } from "node:crypto";
import type { Waiting } from "../../../../core/waiting.ts";
import { followShards } from "../../../../sources/follow-shards.ts";
import { readShard } from "../../../../sources/read-shard.ts";
import type { SourceRecord, SourceShard, Start, StreamSource } from "../../../../sources/stream-source.ts";
import { loadTarget } from "../../invocation/run.ts";
import { criteriaTest } from "../filter.ts";
import type { Mapping } from "../mapping.ts";
import { problem, reporter } from "../report.ts";
import { deliver } from "./batch.ts";
import { type Checkpoint, CheckpointRecord } from "./checkpoint.ts";
import { closeWindow, deliverByWindow, windowEnd, windowMilliseconds } from "./window.ts";
import { remember, type ShardWork, Stopped } from "./work.ts";

const pauseAfterProblemMilliseconds = 5000;

/** Until `ctx` ends. */
export async function pollStream(ctx: Waiting, mapping: Mapping, source: StreamSource): Promise<void> {
  const filter = criteriaTest(mapping.settings.FilterCriteria);
  const report = reporter(ctx, mapping);
  while (!ctx.signal.aborted) {
    try {
      const target = await loadTarget(ctx, mapping.reference);
      const roleArn = target.configuration.settings.Role;
      const role = (own: Waiting): Waiting => own.asRole(roleArn, "awslambda").at({ region: source.region });
      await followShards(ctx, {
        source,
        role,
        isDone: (own, shard) => isDone(own, mapping, shard),
        read: async (own, shard) => {
          const checkpoint = await begin(own, mapping, shard);
          const work = { mapping, source, shardId: shard.id, filter, report, roleArn, checkpoint };
          return read(own, work, role);
        },
      });
    } catch (error) {
      if (ctx.signal.aborted || error instanceof Stopped) continue;
      await report(problem(error));
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
}

/** Of the shards that were closed before a mapping from the latest record began, none is read. */
async function isDone(ctx: Waiting, mapping: Mapping, shard: SourceShard): Promise<boolean> {
  const known = await ctx.atomically((tx) => tx.get(CheckpointRecord, mapping.id, shard.id));
  if (known !== undefined) return known.ended === true;
  if (!shard.closed || mapping.settings.StartingPosition !== "LATEST") return false;
  return !(await descends(ctx, mapping, shard));
}

/** Whether the mapping has read a parent of the shard: then it reads all of the shard. */
function descends(ctx: Waiting, mapping: Mapping, { parents }: SourceShard): Promise<boolean> {
  return ctx.atomically(async (tx) => {
    for (const parent of parents) {
      if ((await tx.get(CheckpointRecord, mapping.id, parent)) !== undefined) return true;
    }
    return false;
  });
}

/** The checkpoint of the shard; at its first reading, the mapping's starting position. */
async function begin(ctx: Waiting, mapping: Mapping, shard: SourceShard): Promise<Checkpoint> {
  const { id: mappingId, settings, startedAt = ctx.now() } = mapping;
  const whole = await descends(ctx, mapping, shard);
  return ctx.atomically(async (tx) => {
    const known = await tx.get(CheckpointRecord, mappingId, shard.id);
    if (known !== undefined) return known;
    const { StartingPosition, StartingPositionTimestamp } = settings;
    const from: Checkpoint["from"] =
      whole || StartingPosition === "TRIM_HORIZON"
        ? { type: "TRIM_HORIZON" }
        : { type: "AT_TIMESTAMP", time: StartingPositionTimestamp ?? startedAt };
    const fresh: Checkpoint = { mappingId, shardId: shard.id, from };
    tx.put(CheckpointRecord, fresh);
    return fresh;
  });
}

function startOf({ from, sequenceNumber }: Checkpoint): Start {
  return sequenceNumber === undefined ? from : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber };
}

async function read(
  ctx: Waiting,
  work: ShardWork,
  role: (ctx: Waiting) => Waiting,
): Promise<"ended" | "stopped"> {
  const { BatchSize, MaximumBatchingWindowInSeconds, ParallelizationFactor = 1 } = work.mapping.settings;
  const windowed = windowMilliseconds(work) > 0;
  const lanes = windowed ? 1 : ParallelizationFactor;
  try {
    const end = await readShard(ctx, {
      source: work.source,
      shardId: work.shardId,
      start: startOf(work.checkpoint),
      iterator:
        work.checkpoint.sequenceNumber === undefined ? work.mapping.iterators?.[work.shardId] : undefined,
      batching: {
        size: BatchSize * lanes,
        windowMilliseconds: MaximumBatchingWindowInSeconds * 1000,
      },
      role,
      handle: (own, records) => {
        if (windowed) return deliverByWindow(own, work, records);
        return lanes === 1 ? deliverInOrder(own, work, records) : deliverByKey(own, work, records, lanes);
      },
      ...(windowed && { idleAt: () => windowEnd(work), idle: (own: Waiting) => closeWindow(own, work) }),
    });
    if (end === "stopped") return end;
    if (windowed) await closeWindow(ctx, work);
    await remember(ctx, work, { ended: true });
    return end;
  } catch (error) {
    if (error instanceof Stopped) return "stopped";
    throw error;
  }
}

function deliverInOrder(ctx: Waiting, work: ShardWork, records: readonly SourceRecord[]): Promise<void> {
  return deliver(ctx, work, records, {
    done: ({ sequenceNumber }) => remember(ctx, work, { sequenceNumber }),
  });
}

/** Several batches at once, those of one key one after another. Done when all are. */
async function deliverByKey(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  count: number,
): Promise<void> {
  const lanes: SourceRecord[][] = Array.from({ length: count }, () => []);
  for (const record of records) lanes[hash("md5", record.key, "buffer")[0]! % count]!.push(record);
  const { BatchSize } = work.mapping.settings;
  const settled = await Promise.allSettled(
    lanes
      .filter((lane) => lane.length > 0)
      .map((lane) =>
        ctx.beside(async (own) => {
          for (let from = 0; from < lane.length; from += BatchSize) {
            await deliver(own, work, lane.slice(from, from + BatchSize), { done: async () => undefined });
          }
        }),
      ),
  );
  for (const each of settled) if (each.status === "rejected") throw each.reason;
  await remember(ctx, work, { sequenceNumber: records.at(-1)!.sequenceNumber });
}
