// ListStreams and DescribeStream.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeStreamInput,
  DescribeStreamOutput,
  ListStreamsInput,
  ListStreamsOutput,
  Shard,
} from "../../../model/generated/dynamodbstreams.d.ts";
import { type ChangeStream, ChangeStreamRecord } from "../../../sources/change-stream.ts";
import { streamNotFound, validation } from "../faults.ts";
import { firstShard, lastShard, shardId, shardIndex, showShard } from "../shard.ts";
import { isGone, openStream } from "../stream.ts";

const mostShown = 100;

export async function listStreams(input: ListStreamsInput, tx: Transaction): Promise<ListStreamsOutput> {
  const { TableName, Limit = mostShown, ExclusiveStartStreamArn: after } = input;
  checkLimit(Limit);
  const all = await tx.all(ChangeStreamRecord, TableName === undefined ? [] : [TableName]);
  const streams = all.filter((stream) => !isGone(stream, tx.now));
  const start = after === undefined ? 0 : streams.findIndex(({ arn }) => arn === after) + 1;
  if (after !== undefined && start === 0) throw streamNotFound(after);
  const shown = streams.slice(start, start + Limit);
  const last = shown.at(-1);
  return {
    Streams: shown.map(({ arn, tableName, label }) => ({
      StreamArn: arn,
      TableName: tableName,
      StreamLabel: label,
    })),
    ...(last !== undefined && streams.length > start + Limit && { LastEvaluatedStreamArn: last.arn }),
  };
}

export async function describeStream(
  input: DescribeStreamInput,
  caller: Transaction,
): Promise<DescribeStreamOutput> {
  const { StreamArn, Limit = mostShown } = input;
  checkLimit(Limit);
  const { stream, tx } = await openStream(caller, StreamArn);
  const indexes = shardsAsked(stream, input, tx.now);
  const shown = indexes.slice(0, Limit);
  const last = shown.at(-1);
  const shards: Shard[] = [];
  for (const index of shown) shards.push(await showShard(tx, stream, index));
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: stream.disabledAt === undefined ? "ENABLED" : "DISABLED",
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.createdAt,
      TableName: stream.tableName,
      KeySchema: stream.keySchema,
      Shards: shards,
      ...(last !== undefined &&
        indexes.length > shown.length && { LastEvaluatedShardId: shardId(stream, last) }),
    },
  };
}

function shardsAsked(stream: ChangeStream, input: DescribeStreamInput, now: number): readonly number[] {
  const { ExclusiveStartShardId: after, ShardFilter: filter } = input;
  const last = lastShard(stream, now);
  if (filter?.Type === "CHILD_SHARDS") {
    if (filter.ShardId === undefined) {
      throw validation("ShardId is required when the ShardFilter type is CHILD_SHARDS");
    }
    const child = shardIndex(stream, filter.ShardId, now) + 1;
    return child <= last ? [child] : [];
  }
  const first = after === undefined ? firstShard(stream, now) : shardIndex(stream, after, now) + 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_each, index) => first + index);
}

function checkLimit(limit: number): void {
  if (limit <= mostShown) return;
  throw validation(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${mostShown}`,
  );
}
