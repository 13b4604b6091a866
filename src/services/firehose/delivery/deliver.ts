// Delivers what a lane holds. What is to go is settled before it goes, so that a
// try after a crash makes the same object or request again; the lane moves on
// when it has arrived, or was given up.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import { type Attempt, advance, appendTo, type Lane, LaneRecord, take } from "../buffer/lane.ts";
import {
  type Destination,
  errorBucket,
  type Hints,
  loggingOf,
  sourceBackup,
} from "../destination/destination.ts";
import { type ErrorType, type Failure, failureRecords } from "../processing/failure.ts";
import { findStream, type StreamState } from "../stream.ts";
import { logProblems, type Problem } from "./error-log.ts";
import { deliverToHttp } from "./http.ts";
import type { Outcome } from "./outcome.ts";
import { bucketOf, deliverToS3 } from "./s3.ts";
import { deliverToSplunk } from "./splunk.ts";

/** Data that S3 does not take for a day is lost. */
const s3RetryMilliseconds = 86_400_000;

interface Settled {
  readonly lane: Lane;
  readonly attempt: Attempt;
  readonly records: readonly BufferedRecord[];
}

export async function deliverLane(
  ctx: Waiting,
  stream: StreamState,
  lane: Lane,
  hints: Hints,
): Promise<void> {
  const settled = await ctx.atomically((tx) => settle(tx, lane, hints));
  if (settled === undefined) return;
  const outcome = await attempt(ctx, stream, settled);
  await ctx.atomically((tx) => conclude(tx, stream, settled, outcome));
  await report(ctx, stream, settled.lane, outcome);
}

async function settle(tx: Transaction, { streamId, name }: Lane, hints: Hints): Promise<Settled | undefined> {
  const lane = await tx.get(LaneRecord, streamId, name);
  const taken = lane && (await take(tx, lane, hints.bytes, lane.attempt?.through));
  if (lane === undefined || taken === undefined) return undefined;
  const attempt = lane.attempt ?? {
    id: tx.ids.uuid(),
    through: taken.through,
    startedAt: tx.now,
    failures: 0,
    retryAt: tx.now,
  };
  if (lane.attempt === undefined) tx.put(LaneRecord, { ...lane, attempt });
  return { lane, attempt, records: taken.records };
}

function attempt(ctx: Waiting, stream: StreamState, settled: Settled): Promise<Outcome> {
  const { lane, attempt, records } = settled;
  const { destination } = stream;
  const { purpose } = lane;
  const { id } = attempt;
  if (records.length === 0) return Promise.resolve({ delivered: true });
  if (purpose.type === "errors") {
    const parcel = { records, id, errorType: purpose.errorType };
    return deliverToS3(ctx, stream, errorBucket(destination), parcel);
  }
  if (purpose.type === "backup") {
    const bucket = sourceBackup(destination) ?? errorBucket(destination);
    const { RoleARN, BucketARN, Prefix, BufferingHints, CompressionFormat, EncryptionConfiguration } = bucket;
    const plain = { RoleARN, BucketARN, Prefix, BufferingHints, CompressionFormat, EncryptionConfiguration };
    return deliverToS3(ctx, stream, plain, { records, id });
  }
  switch (destination.kind) {
    case "s3": {
      const keys = purpose.type === "main" ? purpose.keys : undefined;
      return deliverToS3(ctx, stream, destination.settings, { records, id, keys });
    }
    case "http":
      return deliverToHttp(ctx, stream, destination, records, id);
    case "splunk":
      return deliverToSplunk(ctx, destination, records, id);
  }
}

async function conclude(
  tx: Transaction,
  stream: StreamState,
  { lane: settled, attempt, records }: Settled,
  outcome: Outcome,
): Promise<void> {
  const lane = await tx.get(LaneRecord, settled.streamId, settled.name);
  if (lane === undefined || lane.next !== settled.next || (await findStream(tx, stream)) === undefined)
    return;
  const bytes = records.reduce((sum, { data }) => sum + data.length, 0);
  const failures = attempt.failures + 1;
  if (outcome.delivered) {
    await advance(tx, lane, attempt.through, bytes);
    await appendFailures(tx, stream, outcome.failures ?? []);
  } else if (
    outcome.final === true ||
    tx.now - attempt.startedAt >= retryMilliseconds(stream.destination, lane)
  ) {
    await advance(tx, lane, attempt.through, bytes);
    await appendFailures(tx, stream, givenUp(stream.destination, lane, records, outcome, failures));
  } else {
    const retryAt = tx.now + Math.min(1000 * 2 ** Math.min(failures, 10), 60_000);
    tx.put(LaneRecord, { ...lane, attempt: { ...attempt, failures, retryAt } });
  }
}

async function appendFailures(
  tx: Transaction,
  stream: StreamState,
  failures: readonly Failure[],
): Promise<void> {
  for (const [errorType, records] of failureRecords(failures, tx.now)) {
    await appendTo(tx, stream.id, { type: "errors", errorType }, records);
  }
}

/** Whether the lane's records go elsewhere than to S3. */
function goesByWeb(destination: Destination, { purpose }: Lane): boolean {
  return destination.kind !== "s3" && (purpose.type === "source" || purpose.type === "main");
}

function retryMilliseconds(destination: Destination, lane: Lane): number {
  if (!goesByWeb(destination, lane) || destination.kind === "s3") return s3RetryMilliseconds;
  return (destination.settings.RetryOptions?.DurationInSeconds ?? 300) * 1000;
}

const errorTypes: Readonly<Record<"http" | "splunk", ErrorType>> = {
  http: "http-endpoint-failed",
  splunk: "splunk-failed",
};

/** For the bucket that takes what an endpoint did not. */
function givenUp(
  destination: Destination,
  lane: Lane,
  records: readonly BufferedRecord[],
  { code, message }: Problem,
  attempts: number,
): readonly Failure[] {
  if (destination.kind === "s3" || !goesByWeb(destination, lane)) return [];
  const type = errorTypes[destination.kind];
  return records.map((record) => ({
    type,
    record,
    code,
    message,
    attempts,
    more: { subsequenceNumber: record.origin?.subsequenceNumber ?? 0, dataTimestamp: record.at },
  }));
}

function report(ctx: Waiting, stream: StreamState, lane: Lane, outcome: Outcome): Promise<void> {
  const { destination } = stream;
  const problems: readonly Problem[] = outcome.delivered ? (outcome.failures ?? []).slice(0, 1) : [outcome];
  const bucket = errorBucket(destination);
  const to = goesByWeb(destination, lane) ? urlOf(destination) : `arn:aws:s3:::${bucketOf(bucket)}`;
  return logProblems(
    ctx,
    stream,
    loggingOf(destination),
    bucket.RoleARN,
    problems.map(({ code, message }) => ({ code, message, destination: to })),
  );
}

function urlOf(destination: Destination): string | undefined {
  if (destination.kind === "http") return destination.settings.EndpointConfiguration?.Url;
  return destination.kind === "splunk" ? destination.settings.HECEndpoint : undefined;
}
