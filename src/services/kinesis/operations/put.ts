// PutRecord and PutRecords. Records go to the end of their shards' logs, and
// get their sequence numbers at the commit: that is why these two wait.

import type { Appended } from "../../../core/ports/store.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
} from "../../../model/generated/kinesis.d.ts";
import { shardTopic } from "../../../sources/stream-topics.ts";
import { constraint, invalidArgument, kinesisFault } from "../faults.ts";
import { sequenceNumbers } from "../sequence-number.ts";
import { hashOf, parseHashKey } from "../shards/hash-key.ts";
import { growLater } from "../shards/scaling.ts";
import { type Shard, shardFor, shardId, shardLog } from "../shards/shard.ts";
import { Meter, writeBytes, writeRecords } from "../shards/throughput.ts";
import { encodeRecord } from "../stored-record.ts";
import { openFlowing, type StreamState } from "../stream.ts";

const largestCallBytes = 10 * 1_048_576;

export const putRecord: WaitingHandler<PutRecordInput, PutRecordOutput> = {
  waits: async (input, ctx) => {
    const { lanes, placed, encrypted, account } = await ctx.atomically((tx) => put(tx, input, [input]));
    const [entry] = results(placed, account);
    if (entry?.ErrorCode !== undefined) {
      throw kinesisFault("ProvisionedThroughputExceededException", entry.ErrorMessage!);
    }
    const [lane] = lanes.values();
    return {
      ShardId: shardId(lane!.shard.index),
      SequenceNumber: entry!.SequenceNumber!,
      ...(encrypted && { EncryptionType: "KMS" as const }),
    };
  },
};

export const putRecords: WaitingHandler<PutRecordsInput, PutRecordsOutput> = {
  waits: async (input, ctx) => {
    const { placed, encrypted, account } = await ctx.atomically((tx) => put(tx, input, input.Records));
    const Records = results(placed, account);
    return {
      FailedRecordCount: placed.reduce(
        (count, { appended }) => (appended === undefined ? count + 1 : count),
        0,
      ),
      Records,
      ...(encrypted && { EncryptionType: "KMS" as const }),
    };
  },
};

/** What one call writes to one shard. */
interface Lane {
  readonly shard: Shard;
  readonly records: Meter;
  readonly bytes: Meter;
  readonly numbers: (position: number) => string;
  readonly log: string;
  readonly streamName: string;
}

interface Placed {
  readonly lane: Lane;
  /** Undefined where the shard had no room for it. */
  readonly appended: Appended | undefined;
}

interface PutOutcome {
  readonly lanes: ReadonlyMap<number, Lane>;
  readonly placed: readonly Placed[];
  readonly encrypted: boolean;
  readonly account: string;
}

async function put(
  caller: Transaction,
  named: Pick<PutRecordsInput, "StreamName" | "StreamARN" | "StreamId">,
  entries: readonly PutRecordsRequestEntry[],
): Promise<PutOutcome> {
  const { stream, tx } = await openFlowing(caller, named);
  checkSizes(stream, entries);
  const encrypted = stream.kmsKeyId !== undefined;
  const shards = entries.map((entry) => shardFor(stream, hashKeyOf(entry)));
  const lanes = await openLanes(tx, stream, shards);
  const placed = entries.map(({ Data, PartitionKey }, index): Placed => {
    const lane = lanes.get(shards[index]!.index)!;
    const value = encodeRecord({ arrivedAt: tx.now, partitionKey: PartitionKey, data: Data, encrypted });
    const size = Data.length + PartitionKey.length;
    if (!lane.records.allows(1) || !lane.bytes.allows(size)) return { lane, appended: undefined };
    lane.records.use(1);
    lane.bytes.use(size);
    return { lane, appended: tx.raw.append(lane.log, value) };
  });
  const refusing = new Set(
    placed.flatMap(({ lane, appended }) => (appended === undefined ? lane.shard : [])),
  );
  for (const shard of refusing) growLater(tx, stream, shard);
  for (const { shard, records, bytes } of lanes.values()) {
    records.store();
    bytes.store();
    tx.notify(shardTopic(stream.arn, shardId(shard.index)));
  }
  return { lanes, placed, encrypted, account: tx.account };
}

async function openLanes(
  tx: Transaction,
  stream: StreamState,
  shards: readonly Shard[],
): Promise<ReadonlyMap<number, Lane>> {
  const lanes = new Map<number, Lane>();
  for (const shard of new Set(shards)) {
    lanes.set(shard.index, {
      shard,
      records: await Meter.of(tx, stream, shard.index, writeRecords),
      bytes: await Meter.of(tx, stream, shard.index, writeBytes),
      numbers: sequenceNumbers(shard),
      log: shardLog(tx, stream, shard.index),
      streamName: stream.name,
    });
  }
  return lanes;
}

/** In the order of the records; to be asked for after the commit. */
function results(placed: readonly Placed[], account: string): readonly PutRecordsResultEntry[] {
  return placed.map(({ lane, appended }) => {
    const ShardId = shardId(lane.shard.index);
    if (appended !== undefined) return { SequenceNumber: lane.numbers(appended.position), ShardId };
    return {
      ErrorCode: "ProvisionedThroughputExceededException",
      ErrorMessage: `Rate exceeded for shard ${ShardId} in stream ${lane.streamName} under account ${account}.`,
    };
  });
}

function hashKeyOf({ PartitionKey, ExplicitHashKey }: PutRecordsRequestEntry): string {
  if (ExplicitHashKey === undefined) return hashOf(PartitionKey);
  const key = parseHashKey(ExplicitHashKey);
  if (key === undefined) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  return key;
}

function checkSizes(stream: StreamState, entries: readonly PutRecordsRequestEntry[]): void {
  const largest = stream.maxRecordKiB * 1024;
  let total = 0;
  for (const { Data, PartitionKey } of entries) {
    const size = Data.length + Buffer.byteLength(PartitionKey);
    if (size > largest) {
      throw constraint(
        `${Data.length} bytes`,
        "data",
        `Member must have length less than or equal to ${largest}`,
      );
    }
    total += size;
  }
  if (total > largestCallBytes) throw invalidArgument("Records size exceeds 10 MB limit");
}
