// Kinesis streams as a source of records.

import type { Kinesis, Record, Shard } from "../model/generated/kinesis.d.ts";
import { modelOf } from "../model/handle.ts";
import type { SourceRecord, SourceShard, Start, StreamSource } from "./stream-source.ts";
import { shardTopic } from "./stream-topics.ts";

const kinesis = modelOf<Kinesis>("kinesis");

export function kinesisSource(arn: string, region: string): StreamSource {
  // Of a registered consumer too, whose records are the stream's.
  const StreamARN = arn.split("/consumer/")[0]!;
  return {
    kind: "kinesis",
    arn,
    region,
    pauseMilliseconds: 250,
    mostPerPage: 10_000,
    topic: (shardId) => shardTopic(StreamARN, shardId),
    shards: async (ctx) => {
      const shards: SourceShard[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ctx.call(
          kinesis,
          "ListShards",
          NextToken === undefined ? { StreamARN } : { NextToken },
        );
        shards.push(...(page.Shards ?? []).map(sourceShard));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return shards;
    },
    iterator: async (ctx, ShardId, start) => {
      const input = { StreamARN, ShardId, ...iteratorInput(start) };
      return (await ctx.call(kinesis, "GetShardIterator", input)).ShardIterator!;
    },
    read: async (ctx, ShardIterator, Limit) => {
      const page = await ctx.call(kinesis, "GetRecords", { ShardIterator, Limit, StreamARN });
      return { records: page.Records.map(sourceRecord), next: page.NextShardIterator };
    },
  };
}

function sourceShard(shard: Shard): SourceShard {
  return {
    id: shard.ShardId,
    parents: [shard.ParentShardId, shard.AdjacentParentShardId].flatMap((id) => id ?? []),
    closed: shard.SequenceNumberRange.EndingSequenceNumber !== undefined,
  };
}

function iteratorInput(start: Start) {
  if (start.type === "AT_TIMESTAMP") return { ShardIteratorType: start.type, Timestamp: start.time };
  if (start.type === "AFTER_SEQUENCE_NUMBER") {
    return { ShardIteratorType: start.type, StartingSequenceNumber: start.sequenceNumber };
  }
  return { ShardIteratorType: start.type };
}

function sourceRecord(record: Record): SourceRecord {
  const { SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp: arrivedAt = 0 } = record;
  const bytes = Buffer.from(Data.buffer, Data.byteOffset, Data.byteLength);
  const head = {
    kinesisSchemaVersion: "1.0",
    partitionKey: PartitionKey,
    sequenceNumber: SequenceNumber,
  };
  return {
    sequenceNumber: SequenceNumber,
    arrivedAt,
    key: PartitionKey,
    shown: {
      ...head,
      data: bytes.toString("base64"),
      approximateArrivalTimestamp: arrivedAt / 1000,
    },
    filtered: () => ({ ...head, data: parsed(bytes.toString()) }),
  };
}

/** A pattern for JSON does not match plain text, nor the other way round. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
