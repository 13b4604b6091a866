// The stream: its settings and shards, and how names and ARNs lead to it.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { MetricsName, StreamMode, StreamStatus } from "../../model/generated/kinesis.d.ts";
import { inUse, invalidArgument, refuseStreamId, streamNotFound } from "./faults.ts";
import { iteratorArn } from "./iterator.ts";
import type { Shard } from "./shards/shard.ts";

export interface StreamState {
  readonly name: string;
  /** Never used twice: a stream created again under a name has none of the old one's records. */
  readonly id: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  /** As it was given: an id, an alias or an ARN. */
  readonly kmsKeyId?: string | undefined;
  readonly metrics: readonly MetricsName[];
  readonly warmThroughputMiBps?: number | undefined;
  /** In the order of their indexes; those that hold nothing any more are gone. */
  readonly shards: readonly Shard[];
  readonly nextShard: number;
  readonly tags: Readonly<Record<string, string>>;
  /** When UpdateShardCount was used in the last 24 hours. */
  readonly resizedAt: readonly number[];
}

export const Stream = defineResource<StreamState>()({
  service: "kinesis",
  type: "stream",
  key: (stream) => [stream.name],
  arn: (stream) => stream.arn,
  named: (input, place) => {
    for (const member of ["StreamARN", "ResourceARN", "ConsumerARN"] as const) {
      const arn = input[member];
      if (typeof arn === "string") return arn;
    }
    if (typeof input.StreamName === "string") return streamArn(input.StreamName, place);
    return typeof input.ShardIterator === "string" ? iteratorArn(input.ShardIterator) : undefined;
  },
  tags: (stream) => stream.tags,
  cached: true,
});

export function streamArn(name: string, { region, account }: Place): string {
  return `arn:aws:kinesis:${region}:${account}:stream/${name}`;
}

/** A stream, and the transaction looking at the account and region that own it. */
export interface OpenStream {
  readonly stream: StreamState;
  readonly tx: Transaction;
}

export interface StreamNamed {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
}

export async function openStream(caller: Transaction, named: StreamNamed): Promise<OpenStream> {
  refuseStreamId(named);
  const { StreamName, StreamARN } = named;
  if (StreamARN !== undefined) {
    const open = await openArn(caller, StreamARN);
    if (StreamName !== undefined && StreamName !== open.stream.name) {
      throw invalidArgument("StreamARN and StreamName do not match.");
    }
    return open;
  }
  if (StreamName === undefined) {
    throw invalidArgument("Either StreamARN or StreamName must be provided.");
  }
  const stream = await caller.get(Stream, StreamName);
  if (stream === undefined) throw streamNotFound(StreamName, caller.account);
  return { stream, tx: caller };
}

/** The stream of its own ARN or of a consumer's. */
export async function openArn(caller: Transaction, arn: string): Promise<OpenStream> {
  const match = /^arn:[^:]+:kinesis:([^:]+):(\d{12}):stream\/([A-Za-z0-9_.-]+)(\/.*)?$/.exec(arn);
  if (match === null) throw invalidArgument(`The ARN ${arn} is not valid.`);
  const [, region = "", account = "", name = ""] = match;
  const tx = caller.at({ account, region });
  const stream = await tx.get(Stream, name);
  if (stream === undefined) throw streamNotFound(name, account);
  return { stream, tx };
}

/** For changes: the stream must be at rest. */
export async function openActive(caller: Transaction, named: StreamNamed): Promise<OpenStream> {
  const open = await openStream(caller, named);
  const { stream, tx } = open;
  if (stream.status === "ACTIVE") return open;
  throw inUse(
    `Stream ${stream.name} under account ${tx.account} not ACTIVE, instead in state ${stream.status}`,
  );
}

/** For records: they flow while the stream is updated, and neither before it is there nor after. */
export async function openFlowing(caller: Transaction, named: StreamNamed): Promise<OpenStream> {
  const open = await openStream(caller, named);
  const { status, name } = open.stream;
  if (status === "CREATING" || status === "DELETING") throw streamNotFound(name, open.tx.account);
  return open;
}
