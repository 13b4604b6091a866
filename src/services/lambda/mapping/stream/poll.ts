// Reads a stream for a mapping, and hands its records to the function.

import type { Waiting } from "../../../../core/waiting.ts";
import { Stopped } from "../../../../sources/deliver-batch.ts";
import { followStream } from "../../../../sources/follow-stream.ts";
import type { StreamSource } from "../../../../sources/stream-source.ts";
import { loadTarget } from "../../invocation/run.ts";
import { criteriaTest } from "../filter.ts";
import type { Mapping } from "../mapping.ts";
import { problem, reporter } from "../report.ts";
import { deliver } from "./batch.ts";
import { CheckpointRecord } from "./checkpoint.ts";
import { closeWindow, deliverByWindow, windowEnd, windowMilliseconds } from "./window.ts";

const pauseAfterProblemMilliseconds = 5000;

/** Until `ctx` ends. */
export async function pollStream(ctx: Waiting, mapping: Mapping, source: StreamSource): Promise<void> {
  const filter = criteriaTest(mapping.settings.FilterCriteria);
  const report = reporter(ctx, mapping);
  while (!ctx.signal.aborted) {
    try {
      const target = await loadTarget(ctx, mapping.reference);
      const roleArn = target.configuration.settings.Role;
      await read(ctx, { mapping, source, filter, report, roleArn });
    } catch (error) {
      if (ctx.signal.aborted || error instanceof Stopped) continue;
      await report(problem(error));
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
}

function read(ctx: Waiting, work: Parameters<typeof deliverByWindow>[1]): Promise<void> {
  const { mapping, source, roleArn } = work;
  const { id, settings, startedAt = mapping.lastModified, iterators } = mapping;
  const windowed = windowMilliseconds(work) > 0;
  return followStream(ctx, {
    source,
    role: (own) => own.asRole(roleArn, "awslambda").at({ region: source.region }),
    checkpoints: CheckpointRecord,
    owner: id,
    start: {
      position: settings.StartingPosition ?? "TRIM_HORIZON",
      time: settings.StartingPositionTimestamp ?? startedAt,
      iterators,
    },
    batchSize: settings.BatchSize,
    windowMilliseconds: settings.MaximumBatchingWindowInSeconds * 1000,
    lanes: windowed ? 1 : (settings.ParallelizationFactor ?? 1),
    deliver: (own, shard, records, done) =>
      windowed
        ? deliverByWindow(own, work, shard, records)
        : deliver(own, work, shard.shardId, records, { done }),
    ...(windowed && {
      idleAt: (shard) => windowEnd(work, shard),
      idle: (own, shard) => closeWindow(own, work, shard),
    }),
  });
}
