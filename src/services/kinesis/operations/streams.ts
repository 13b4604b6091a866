// CreateStream, DeleteStream, ListStreams and the two descriptions.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateStreamInput,
  DeleteStreamInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  ListStreamsInput,
  ListStreamsOutput,
  Shard,
} from "../../../model/generated/kinesis.d.ts";
import { checkShardLimit, countOpenShards } from "../account.ts";
import { consumersOf } from "../consumer.ts";
import { constraint, inUse, invalidArgument } from "../faults.ts";
import { settleSoon, trimLater } from "../jobs.ts";
import { firstShards } from "../shards/resharding.ts";
import { openShards, shardId, showShard } from "../shards/shard.ts";
import { openStream, Stream, type StreamState, streamArn } from "../stream.ts";
import { checkTags } from "../tag.ts";

const onDemandShards = 4;
const defaultRetentionHours = 24;
const defaultRecordKiB = 1024;

type Nothing = Record<string, never>;

export async function createStream(input: CreateStreamInput, tx: Transaction): Promise<Nothing> {
  const { StreamName: name, ShardCount, Tags = {}, WarmThroughputMiBps } = input;
  const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  if (mode === "PROVISIONED" && ShardCount === undefined) {
    throw invalidArgument("ShardCount must be provided for streams in PROVISIONED mode.");
  }
  if (mode === "ON_DEMAND" && ShardCount !== undefined) {
    throw invalidArgument("ShardCount must not be provided for streams in ON_DEMAND mode.");
  }
  if (mode === "PROVISIONED" && WarmThroughputMiBps !== undefined) {
    throw invalidArgument("WarmThroughputMiBps can only be provided for streams in ON_DEMAND mode.");
  }
  checkTags(Tags, {});
  if ((await tx.get(Stream, name)) !== undefined) {
    throw inUse(`Stream ${name} under account ${tx.account} already exists.`);
  }
  const count = ShardCount ?? Math.max(onDemandShards, WarmThroughputMiBps ?? 0);
  await checkShardLimit(tx, count);
  const stream: StreamState = {
    name,
    id: tx.ids.uuid(),
    arn: streamArn(name, tx),
    createdAt: tx.now,
    status: "CREATING",
    mode,
    retentionHours: defaultRetentionHours,
    maxRecordKiB: input.MaxRecordSizeInKiB ?? defaultRecordKiB,
    metrics: [],
    warmThroughputMiBps: WarmThroughputMiBps,
    shards: firstShards(count, tx.now),
    nextShard: count,
    tags: Tags,
    resizedAt: [],
  };
  tx.put(Stream, stream);
  countOpenShards(tx, count);
  settleSoon(tx, stream);
  trimLater(tx, stream);
  return {};
}

export async function deleteStream(input: DeleteStreamInput, caller: Transaction): Promise<Nothing> {
  const { stream, tx } = await openStream(caller, input);
  if (stream.status === "CREATING" || stream.status === "DELETING") {
    throw inUse(
      `Stream ${stream.name} under account ${tx.account} not ACTIVE, instead in state ${stream.status}`,
    );
  }
  if (input.EnforceConsumerDeletion !== true && (await consumersOf(tx, stream)).length > 0) {
    throw inUse(
      `Stream ${stream.name} under account ${tx.account} has consumers registered and cannot be deleted unless EnforceConsumerDeletion is true.`,
    );
  }
  tx.put(Stream, { ...stream, status: "DELETING" });
  countOpenShards(tx, -openShards(stream).length);
  settleSoon(tx, stream);
  return {};
}

export async function listStreams(input: ListStreamsInput, tx: Transaction): Promise<ListStreamsOutput> {
  const { Limit = 100, NextToken, ExclusiveStartStreamName } = input;
  if (NextToken !== undefined && ExclusiveStartStreamName !== undefined) {
    throw invalidArgument("NextToken and ExclusiveStartStreamName cannot be provided together.");
  }
  const all = await tx.all(Stream);
  const after = NextToken === undefined ? ExclusiveStartStreamName : nameOf(NextToken);
  const rest =
    after === undefined
      ? all
      : all.filter(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
  const streams = rest.slice(0, Limit);
  const last = streams.at(-1);
  const more = rest.length > streams.length;
  return {
    StreamNames: streams.map(({ name }) => name),
    HasMoreStreams: more,
    StreamSummaries: streams.map((stream) => ({
      StreamName: stream.name,
      StreamARN: stream.arn,
      StreamStatus: stream.status,
      StreamModeDetails: { StreamMode: stream.mode },
      StreamCreationTimestamp: stream.createdAt,
    })),
    ...(more && last !== undefined && { NextToken: Buffer.from(last.name).toString("base64") }),
  };
}

function nameOf(token: string): string {
  const name = Buffer.from(token, "base64").toString();
  if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name)) throw invalidArgument("Invalid NextToken.");
  return name;
}

const mostShards = 10_000;

export async function describeStream(
  input: DescribeStreamInput,
  caller: Transaction,
): Promise<DescribeStreamOutput> {
  const { stream, tx } = await openStream(caller, input);
  const { Limit = 100, ExclusiveStartShardId: after } = input;
  if (Limit > mostShards) {
    throw constraint(Limit, "limit", `Member must have value less than or equal to ${mostShards}`);
  }
  const creating = stream.status === "CREATING";
  const rest = creating
    ? []
    : stream.shards.filter(({ index }) => after === undefined || shardId(index) > after);
  const Shards: Shard[] = [];
  for (const shard of rest.slice(0, Limit)) Shards.push(await showShard(tx, stream, shard));
  return {
    StreamDescription: { ...commonDescription(stream), Shards, HasMoreShards: rest.length > Shards.length },
  };
}

export async function describeStreamSummary(
  input: DescribeStreamSummaryInput,
  caller: Transaction,
): Promise<DescribeStreamSummaryOutput> {
  const { stream, tx } = await openStream(caller, input);
  return {
    StreamDescriptionSummary: {
      ...commonDescription(stream),
      OpenShardCount: stream.status === "CREATING" ? 0 : openShards(stream).length,
      ConsumerCount: (await consumersOf(tx, stream)).length,
      MaxRecordSizeInKiB: stream.maxRecordKiB,
      ...(stream.warmThroughputMiBps !== undefined && { WarmThroughput: warmThroughput(stream) }),
    },
  };
}

export function warmThroughput({ warmThroughputMiBps = 0 }: StreamState) {
  return { TargetMiBps: warmThroughputMiBps, CurrentMiBps: warmThroughputMiBps };
}

function commonDescription(stream: StreamState) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: stream.createdAt,
    EnhancedMonitoring: [{ ShardLevelMetrics: stream.metrics }],
    EncryptionType: stream.kmsKeyId === undefined ? ("NONE" as const) : ("KMS" as const),
    ...(stream.kmsKeyId !== undefined && { KeyId: stream.kmsKeyId }),
  };
}
