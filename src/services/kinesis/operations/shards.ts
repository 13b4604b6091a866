// ListShards.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListShardsInput,
  ListShardsOutput,
  Shard as ShownShard,
} from "../../../model/generated/kinesis.d.ts";
import { constraint, invalidArgument } from "../faults.ts";
import { keptSince } from "../jobs.ts";
import { readToken, writeToken } from "../next-token.ts";
import { type Shard, shardId, showShard } from "../shards/shard.ts";
import { type OpenStream, openStream, type StreamState } from "../stream.ts";

const mostShards = 10_000;

interface Place {
  readonly stream: string;
  readonly id: string;
  readonly after: string;
  readonly filter: ListShardsInput["ShardFilter"];
}

export async function listShards(input: ListShardsInput, caller: Transaction): Promise<ListShardsOutput> {
  const { NextToken, MaxResults = 1000 } = input;
  if (MaxResults > mostShards) {
    throw constraint(MaxResults, "maxResults", `Member must have value less than or equal to ${mostShards}`);
  }
  const place = NextToken === undefined ? undefined : resumed(input, readToken<Place>(NextToken, caller.now));
  const { stream, tx } = await open(caller, input, place);
  if (place !== undefined && place.id !== stream.id) throw invalidArgument("Invalid NextToken.");
  const filter = place === undefined ? input.ShardFilter : place.filter;
  const after = place?.after ?? input.ExclusiveStartShardId;
  const passes = shardTest(stream, filter, tx.now);
  const rest = stream.shards.filter(
    (shard) => (after === undefined || shardId(shard.index) > after) && passes(shard),
  );
  const shown = rest.slice(0, MaxResults);
  const Shards: ShownShard[] = [];
  for (const shard of shown) Shards.push(await showShard(tx, stream, shard));
  const last = shown.at(-1);
  const next: Place | undefined =
    last === undefined || rest.length === shown.length
      ? undefined
      : { stream: stream.arn, id: stream.id, after: shardId(last.index), filter };
  return { Shards, ...(next !== undefined && { NextToken: writeToken(next, tx.now) }) };
}

function open(caller: Transaction, input: ListShardsInput, place: Place | undefined): Promise<OpenStream> {
  if (place !== undefined) return openStream(caller, { StreamARN: place.stream });
  return openStream(caller, input);
}

function resumed(input: ListShardsInput, place: Place): Place {
  const { StreamName, ExclusiveStartShardId, StreamCreationTimestamp } = input;
  if (StreamName !== undefined) {
    throw invalidArgument("NextToken and StreamName cannot be provided together.");
  }
  if (ExclusiveStartShardId !== undefined || StreamCreationTimestamp !== undefined) {
    throw invalidArgument(
      "NextToken cannot be provided together with ExclusiveStartShardId or StreamCreationTimestamp.",
    );
  }
  return place;
}

function shardTest(
  stream: StreamState,
  filter: ListShardsInput["ShardFilter"],
  now: number,
): (shard: Shard) => boolean {
  const openAt = (time: number) => (shard: Shard) =>
    shard.createdAt <= time && (shard.closedAt === undefined || shard.closedAt > time);
  const openSince = (time: number) => (shard: Shard) =>
    shard.closedAt === undefined || shard.closedAt >= time;
  const horizon = Math.max(keptSince(stream, now), stream.createdAt);
  if (filter === undefined) return openSince(horizon);
  switch (filter.Type) {
    case "FROM_TRIM_HORIZON":
      return openSince(horizon);
    case "AFTER_SHARD_ID": {
      const { ShardId } = filter;
      if (ShardId === undefined) throw invalidArgument("ShardId must be provided for AFTER_SHARD_ID.");
      return (shard) => shardId(shard.index) > ShardId;
    }
    case "AT_LATEST":
      return (shard) => shard.closedAt === undefined;
    case "AT_TRIM_HORIZON":
      return openAt(horizon);
    default: {
      const { Timestamp } = filter;
      if (Timestamp === undefined) throw invalidArgument(`Timestamp must be provided for ${filter.Type}.`);
      const time = Math.max(Timestamp, horizon);
      return filter.Type === "AT_TIMESTAMP" ? openAt(time) : openSince(time);
    }
  }
}
