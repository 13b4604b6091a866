// Streams whose source is a Kinesis stream: its records are read shard by shard,
// and laid into the source lane together with how far reading has come.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { checkpoints } from "../../../sources/checkpoint.ts";
import { Stopped } from "../../../sources/deliver-batch.ts";
import { followStream } from "../../../sources/follow-stream.ts";
import { type SourceRecord, streamSource } from "../../../sources/stream-source.ts";
import { logProblems } from "../delivery/error-log.ts";
import { loggingOf } from "../destination/destination.ts";
import { findStream, type StreamName, type StreamState } from "../stream.ts";
import { userRecords } from "./aggregated.ts";
import type { BufferedRecord } from "./entry.ts";
import { append, sourceLane } from "./lane.ts";

export const CheckpointRecord = checkpoints("firehose");

const pauseAfterProblemMilliseconds = 5000;
const batchSize = 1000;

/** Until `ctx` ends; nothing where the stream has no source of its own. */
export async function followSource(ctx: Waiting, named: StreamName): Promise<void> {
  const stream = await ctx.atomically((tx) => findStream(tx, named));
  if (stream?.source.type !== "KinesisStreamAsSource") return;
  const { roleArn } = stream.source;
  while (!ctx.signal.aborted) {
    try {
      await follow(ctx, stream);
    } catch (error) {
      if (ctx.signal.aborted || error instanceof Stopped) continue;
      if (!(error instanceof Fault)) throw error;
      const problem = { code: `Kinesis.${error.code}`, message: error.message };
      await logProblems(ctx, stream, loggingOf(stream.destination), roleArn, [problem]);
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
}

async function follow(ctx: Waiting, { id, source }: StreamState): Promise<void> {
  if (source.type !== "KinesisStreamAsSource") return;
  const from = streamSource(source.streamArn);
  if (from === undefined) return;
  await followStream(ctx, {
    source: from,
    role: (own) => own.asRole(source.roleArn, "AmazonFirehose").at({ region: from.region }),
    checkpoints: CheckpointRecord,
    owner: id,
    start: { position: "LATEST", time: source.since },
    batchSize,
    windowMilliseconds: 0,
    lanes: 1,
    deliver: async (own, { shardId }, records, done) => {
      const buffered = records.flatMap((record) => bufferedRecords(record, shardId));
      await own.atomically(async (tx) => append(tx, id, sourceLane, buffered));
      await done(records.at(-1)!);
    },
  });
}

/** One, or as many as a producer has packed into it. */
function bufferedRecords(record: SourceRecord, shardId: string): readonly BufferedRecord[] {
  const { sequenceNumber, arrivedAt: at, key, shown } = record;
  const data = Buffer.from(String(shown.data), "base64");
  const packed = userRecords(data) ?? [{ partitionKey: key, data }];
  return packed.map((own, subsequenceNumber) => ({
    data: own.data,
    at,
    origin: { sequenceNumber, subsequenceNumber, partitionKey: own.partitionKey, shardId },
  }));
}
