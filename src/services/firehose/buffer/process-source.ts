// One step from what was put to what is to be delivered: records are taken,
// processed, and laid into the lanes where they belong, all at once, so that a
// crash neither loses nor doubles them.

import type { Waiting } from "../../../core/waiting.ts";
import { logProblems } from "../delivery/error-log.ts";
import { errorBucket, type Hints, loggingOf, sourceBackup } from "../destination/destination.ts";
import { type Failure, failureRecords } from "../processing/failure.ts";
import { type Processing, processRecords } from "../processing/process.ts";
import { findStream, type StreamState } from "../stream.ts";
import { advance, appendTo, type Lane, LaneRecord, newLane, take } from "./lane.ts";

const mostPartitions = 500;
const beyondLimit = {
  code: "DynamicPartitioning.ActivePartitionLimitExceeded",
  message: `The number of active partitions exceeds the limit of ${mostPartitions}.`,
};

export async function processSource(
  ctx: Waiting,
  stream: StreamState,
  lane: Lane,
  hints: Hints,
): Promise<void> {
  const taken = await ctx.atomically((tx) => take(tx, lane, hints.bytes));
  if (taken === undefined) return;
  const processed = await processRecords(ctx, stream, taken.records);
  const { groups, failures } = await withinLimit(ctx, stream, processed);
  const backup = sourceBackup(stream.destination) !== undefined;
  await ctx.atomically(async (tx) => {
    if ((await findStream(tx, stream)) === undefined) return;
    const current = await tx.get(LaneRecord, lane.streamId, lane.name);
    if (current?.next !== lane.next) return;
    const bytes = taken.records.reduce((sum, { data }) => sum + data.length, 0);
    await advance(tx, current, taken.through, bytes);
    if (backup) await appendTo(tx, stream.id, { type: "backup" }, taken.records);
    for (const { keys, records } of groups) {
      await appendTo(tx, stream.id, { type: "main", ...(keys !== undefined && { keys }) }, records);
    }
    for (const [errorType, records] of failureRecords(failures, tx.now)) {
      await appendTo(tx, stream.id, { type: "errors", errorType }, records);
    }
  });
  await logProblems(
    ctx,
    stream,
    loggingOf(stream.destination),
    errorBucket(stream.destination).RoleARN,
    distinct(failures),
  );
}

/** Records of partitions beyond the limit are failures. */
async function withinLimit(ctx: Waiting, stream: StreamState, processing: Processing): Promise<Processing> {
  if (processing.groups.every(({ keys }) => keys === undefined)) return processing;
  const lanes = await ctx.atomically((tx) => tx.all(LaneRecord, [stream.id]));
  const active = new Set(lanes.filter(({ purpose }) => purpose.type === "main").map(({ name }) => name));
  const failures: Failure[] = [];
  const groups = processing.groups.filter(({ keys, records }) => {
    const { name } = newLane(stream.id, { type: "main", ...(keys !== undefined && { keys }) });
    if (active.has(name) || active.size < mostPartitions) {
      active.add(name);
      return true;
    }
    for (const record of records) {
      failures.push({ type: "processing-failed", record, attempts: 1, ...beyondLimit });
    }
    return false;
  });
  return { groups, failures: [...processing.failures, ...failures] };
}

/** Each kind of failure is logged once. */
function distinct(failures: readonly Failure[]) {
  const problems = new Map(failures.map((failure) => [`${failure.code} ${failure.message}`, failure]));
  return [...problems.values()].map(({ code, message, more }) => ({
    code,
    message,
    processor: typeof more?.lambdaArn === "string" ? more.lambdaArn : undefined,
  }));
}
