// GetShardIterator and GetRecords.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from "../../../model/generated/kinesis.d.ts";
import { kinesisFault, notFound } from "../faults.ts";
import { decodeIterator, encodeIterator } from "../iterator.ts";
import { startingPosition } from "../position.ts";
import { readShard } from "../reading.ts";
import { findShard, shardId } from "../shards/shard.ts";
import { Meter, readBytes, readCalls } from "../shards/throughput.ts";
import { sizeOfRecord } from "../stored-record.ts";
import { openFlowing } from "../stream.ts";

const mostRecords = 10_000;
const mostBytes = 10 * 1_048_576;

export async function getShardIterator(
  input: GetShardIteratorInput,
  caller: Transaction,
): Promise<GetShardIteratorOutput> {
  const { stream, tx } = await openFlowing(caller, input);
  const shard = findShard(stream, input.ShardId);
  if (shard === undefined) {
    throw notFound(
      `Shard ${input.ShardId} in stream ${stream.name} under account ${tx.account} does not exist`,
    );
  }
  const position = await startingPosition(tx, stream, shard, {
    type: input.ShardIteratorType,
    sequenceNumber: input.StartingSequenceNumber,
    timestamp: input.Timestamp,
    operation: "GetShardIterator",
  });
  return {
    ShardIterator: encodeIterator({
      streamArn: stream.arn,
      streamId: stream.id,
      shard: shard.index,
      position,
      issuedAt: tx.now,
    }),
  };
}

export async function getRecords(input: GetRecordsInput, caller: Transaction): Promise<GetRecordsOutput> {
  const iterator = decodeIterator(input.ShardIterator, caller.now);
  const { stream, tx } = await openFlowing(caller, { ...input, StreamARN: iterator.streamArn });
  const shard = findShard(stream, shardId(iterator.shard));
  if (stream.id !== iterator.streamId || shard === undefined) {
    throw notFound(
      `Shard ${shardId(iterator.shard)} in stream ${stream.name} under account ${tx.account} does not exist`,
    );
  }
  const calls = await Meter.of(tx, stream, shard.index, readCalls);
  const bytes = await Meter.of(tx, stream, shard.index, readBytes);
  if (!calls.allows(1) || !bytes.allows(1)) {
    throw kinesisFault(
      "ProvisionedThroughputExceededException",
      `Rate exceeded for shard ${shardId(shard.index)} in stream ${stream.name} under account ${tx.account}.`,
    );
  }
  const limit = Math.min(input.Limit ?? mostRecords, mostRecords);
  const page = await readShard(tx, stream, shard, iterator.position, limit, mostBytes);
  calls.use(1);
  bytes.use(page.entries.reduce((sum, { value }) => sum + sizeOfRecord(value), 0));
  calls.store();
  bytes.store();
  return {
    Records: page.records,
    MillisBehindLatest: page.millisBehindLatest,
    ...(page.children === undefined
      ? { NextShardIterator: encodeIterator({ ...iterator, position: page.next, issuedAt: tx.now }) }
      : { ChildShards: page.children }),
  };
}
