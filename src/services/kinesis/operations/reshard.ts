// SplitShard, MergeShards and UpdateShardCount.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  MergeShardsInput,
  SplitShardInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from "../../../model/generated/kinesis.d.ts";
import { shardTopic } from "../../../sources/stream-topics.ts";
import { checkShardLimit, countOpenShards } from "../account.ts";
import { invalidArgument, limitExceeded, notFound } from "../faults.ts";
import { settleSoon } from "../jobs.ts";
import { after, parseHashKey, showHashKey } from "../shards/hash-key.ts";
import { areAdjacent, merge, resize, split } from "../shards/resharding.ts";
import { findShard, openShards, type Shard, shardId } from "../shards/shard.ts";
import { type OpenStream, openActive, Stream, type StreamState } from "../stream.ts";

type Nothing = Record<string, never>;

const dayMilliseconds = 24 * 3_600_000;
const resizesPerDay = 10;

export async function splitShard(input: SplitShardInput, caller: Transaction): Promise<Nothing> {
  const { stream, tx } = await provisioned(caller, input);
  const shard = openShard(tx, stream, input.ShardToSplit);
  const at = parseHashKey(input.NewStartingHashKey);
  if (at === undefined || at >= shard.end || at <= after(shard.start)) {
    throw invalidArgument(
      `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on shard ${input.ShardToSplit} in stream ${stream.name} under account ${tx.account} is not both greater than one plus the shard's StartingHashKey ${showHashKey(shard.start)} and less than the shard's EndingHashKey ${showHashKey(shard.end)}.`,
    );
  }
  await checkShardLimit(tx, 1);
  store(tx, stream, split(stream, shard, at, tx.now));
  return {};
}

export async function mergeShards(input: MergeShardsInput, caller: Transaction): Promise<Nothing> {
  const { stream, tx } = await provisioned(caller, input);
  const shard = openShard(tx, stream, input.ShardToMerge);
  const adjacent = openShard(tx, stream, input.AdjacentShardToMerge);
  if (!areAdjacent(shard, adjacent)) {
    throw invalidArgument(
      `Shards ${input.ShardToMerge} and ${input.AdjacentShardToMerge} in stream ${stream.name} under account ${tx.account} are not an adjacent pair of shards eligible for merging`,
    );
  }
  store(tx, stream, merge(stream, shard, adjacent, tx.now));
  return {};
}

export async function updateShardCount(
  input: UpdateShardCountInput,
  caller: Transaction,
): Promise<UpdateShardCountOutput> {
  const { stream, tx } = await provisioned(caller, input);
  const target = input.TargetShardCount;
  const current = openShards(stream).length;
  if (target > 2 * current) {
    throw invalidArgument(
      `UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
  if (target < current / 2) {
    throw invalidArgument(
      `UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
  const recent = stream.resizedAt.filter((time) => time > tx.now - dayMilliseconds);
  if (recent.length >= resizesPerDay) {
    throw limitExceeded(
      `Stream ${stream.name} under account ${tx.account} has been scaled ${resizesPerDay} times in the last 24 hours, which is the limit.`,
    );
  }
  await checkShardLimit(tx, target - current);
  store(tx, stream, { ...resize(stream, target, tx.now), resizedAt: [...recent, tx.now] });
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardCount: current,
    TargetShardCount: target,
  };
}

async function provisioned(
  caller: Transaction,
  named: SplitShardInput | MergeShardsInput | UpdateShardCountInput,
): Promise<OpenStream> {
  const open = await openActive(caller, named);
  if (open.stream.mode === "PROVISIONED") return open;
  throw invalidArgument(
    `Request is invalid. Stream ${open.stream.name} under account ${open.tx.account} is in On-Demand mode.`,
  );
}

function openShard(tx: Transaction, stream: StreamState, id: string): Shard {
  const shard = findShard(stream, id);
  if (shard === undefined) {
    throw notFound(`Could not find shard ${id} in stream ${stream.name} under account ${tx.account}.`);
  }
  if (shard.closedAt === undefined) return shard;
  throw invalidArgument(
    `Shard ${id} in stream ${stream.name} under account ${tx.account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

/** Stores the new shards; those that read the closed ones hear of it. */
function store(tx: Transaction, before: StreamState, changed: StreamState): void {
  const stream: StreamState = { ...changed, status: "UPDATING" };
  tx.put(Stream, stream);
  countOpenShards(tx, openShards(changed).length - openShards(before).length);
  for (const { index } of openShards(before)) {
    if (findShard(changed, shardId(index))?.closedAt === undefined) continue;
    tx.notify(shardTopic(stream.arn, shardId(index)));
  }
  settleSoon(tx, stream);
}
