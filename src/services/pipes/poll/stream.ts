// Reads a stream for a pipe: batch by batch in each shard, and no batch before
// the one in front of it is through, or given up.

import type { Waiting } from "../../../core/waiting.ts";
import { deliverBatch, Stopped } from "../../../sources/deliver-batch.ts";
import { followStream, type ShardProgress } from "../../../sources/follow-stream.ts";
import type { SourceRecord, StreamSource } from "../../../sources/stream-source.ts";
import { madeOnce, type PipeEvent, sourceEvent } from "../execution/event.ts";
import { type Execution, execute } from "../execution/execute.ts";
import { fits, type Line } from "../execution/line.ts";
import { PipeCheckpoint } from "../pipe.ts";
import { streamSettingsOf } from "../source.ts";
import { giveUp } from "./give-up.ts";
import { problem, type Report } from "./report.ts";
import { underRole } from "./role.ts";

const pauseAfterProblemMilliseconds = 5000;

/** Until `ctx` ends. */
export async function pollStream(
  ctx: Waiting,
  line: Line,
  source: StreamSource,
  report: Report,
): Promise<void> {
  while (!ctx.signal.aborted) {
    try {
      await follow(ctx, line, source, report);
    } catch (error) {
      if (ctx.signal.aborted || error instanceof Stopped) continue;
      await report(problem(error));
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
}

function follow(ctx: Waiting, line: Line, source: StreamSource, report: Report): Promise<void> {
  const { pipe } = line;
  const settings = streamSettingsOf(pipe.sourceParameters);
  return followStream(ctx, {
    source,
    role: (own) => underRole(own, pipe),
    checkpoints: PipeCheckpoint,
    owner: pipe.id,
    start: {
      position: settings.StartingPosition,
      time: settings.StartingPositionTimestamp ?? pipe.startedAt ?? pipe.createdAt,
      iterators: pipe.iterators,
    },
    batchSize: settings.BatchSize ?? 100,
    windowMilliseconds: (settings.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    lanes: settings.ParallelizationFactor ?? 1,
    deliver: (own, shard, records, done) => deliver(own, line, source, shard, records, done, report),
  });
}

function deliver(
  ctx: Waiting,
  line: Line,
  source: StreamSource,
  { shardId }: ShardProgress,
  records: readonly SourceRecord[],
  done: (last: SourceRecord) => Promise<void>,
  report: Report,
): Promise<void> {
  const { wanted } = line;
  const settings = streamSettingsOf(line.pipe.sourceParameters);
  const events = madeOnce((record: SourceRecord) => streamEvent(ctx, line, source, shardId, record));
  return deliverBatch<Execution>(ctx, records, {
    policy: {
      maximumRetryAttempts: settings.MaximumRetryAttempts ?? -1,
      maximumRecordAgeSeconds: settings.MaximumRecordAgeInSeconds ?? -1,
      bisect: settings.OnPartialBatchItemFailure === "AUTOMATIC_BISECT",
    },
    wanted: wanted && (({ filtered }) => wanted(filtered())),
    fits: (given) => fits(line, events(given)),
    attempt: async (own, given) => {
      const execution = await execute(own, line, events(given)).catch((error: unknown) => {
        if (own.signal.aborted) throw new Stopped();
        throw error;
      });
      if (execution.failed.size > 0 && own.signal.aborted) throw new Stopped();
      await report(execution.failure?.message);
      if (execution.throttled) return "throttled";
      const { failed } = execution;
      return { handled: failed.size === 0 ? given.length : Math.min(...failed), detail: execution };
    },
    giveUp: (own, given, refusal) => giveUp(own, line, source, shardId, given, refusal),
    done,
  });
}

/** A record as pipes show it: without an envelope of its own. */
function streamEvent(
  ctx: Waiting,
  { pipe }: Line,
  source: StreamSource,
  shardId: string,
  { sequenceNumber, shown }: SourceRecord,
): PipeEvent {
  const { arn, region } = source;
  if (source.kind === "dynamodb") {
    return sourceEvent(String(shown.eventID), { ...shown, eventSourceARN: arn }, ctx.now());
  }
  const eventID = `${shardId}:${sequenceNumber}`;
  const facts = {
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: pipe.roleArn,
    awsRegion: region,
    eventSourceARN: arn,
  };
  return sourceEvent(eventID, { ...shown, ...facts }, ctx.now());
}
