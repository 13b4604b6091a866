// Streams of a table's changes as a source of records.

import type {
  AttributeValue,
  Record as ChangeRecord,
  Dynamodbstreams,
} from "../model/generated/dynamodbstreams.d.ts";
import { modelOf } from "../model/handle.ts";
import { changeTopic } from "./change-stream.ts";
import type { SourceRecord, SourceShard, Start, StreamSource } from "./stream-source.ts";

const streams = modelOf<Dynamodbstreams>("dynamodbstreams");

export function dynamodbSource(arn: string, region: string): StreamSource {
  return {
    kind: "dynamodb",
    arn,
    region,
    pauseMilliseconds: 0,
    mostPerPage: 1000,
    topic: () => changeTopic(arn),
    shards: async (ctx) => {
      const shards: SourceShard[] = [];
      let after: string | undefined;
      do {
        const input = {
          StreamArn: arn,
          ...(after !== undefined && { ExclusiveStartShardId: after }),
        };
        const { StreamDescription } = await ctx.call(streams, "DescribeStream", input);
        for (const { ShardId, ParentShardId, SequenceNumberRange } of StreamDescription?.Shards ?? []) {
          shards.push({
            id: ShardId!,
            parents: ParentShardId === undefined ? [] : [ParentShardId],
            closed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
          });
        }
        after = StreamDescription?.LastEvaluatedShardId;
      } while (after !== undefined);
      return shards;
    },
    iterator: async (ctx, ShardId, start) => {
      const input = { StreamArn: arn, ShardId, ...iteratorInput(start) };
      return (await ctx.call(streams, "GetShardIterator", input)).ShardIterator!;
    },
    read: async (ctx, ShardIterator, Limit) => {
      const page = await ctx.call(streams, "GetRecords", { ShardIterator, Limit });
      return { records: (page.Records ?? []).map(sourceRecord), next: page.NextShardIterator };
    },
  };
}

/** These streams know no times: who asks for one reads from the beginning, and passes over what is older. */
function iteratorInput(start: Start) {
  if (start.type === "AT_TIMESTAMP") return { ShardIteratorType: "TRIM_HORIZON" as const };
  if (start.type === "AFTER_SEQUENCE_NUMBER") {
    return { ShardIteratorType: start.type, SequenceNumber: start.sequenceNumber };
  }
  return { ShardIteratorType: start.type };
}

function sourceRecord(record: ChangeRecord): SourceRecord {
  const { dynamodb = {}, userIdentity, ...head } = record;
  const { ApproximateCreationDateTime: createdAt = 0, Keys, NewImage, OldImage, ...rest } = dynamodb;
  const keys = image(Keys ?? {});
  const shown = {
    ...head,
    dynamodb: {
      ApproximateCreationDateTime: createdAt / 1000,
      Keys: keys,
      ...(NewImage !== undefined && { NewImage: image(NewImage) }),
      ...(OldImage !== undefined && { OldImage: image(OldImage) }),
      ...rest,
    },
    ...(userIdentity !== undefined && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
  };
  return {
    sequenceNumber: dynamodb.SequenceNumber ?? "",
    arrivedAt: createdAt,
    key: JSON.stringify(keys),
    shown,
    filtered: () => shown,
  };
}

type Image = Readonly<Record<string, AttributeValue>>;

function image(values: Image): Image {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inJson(value)]));
}

/** Bytes are base64 where a function reads them. */
function inJson(value: AttributeValue): AttributeValue {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64") as unknown as Uint8Array;
  if (value.B !== undefined) return { B: text(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(text) };
  if (value.M !== undefined) return { M: image(value.M) };
  if (value.L !== undefined) return { L: value.L.map(inJson) };
  return value;
}
