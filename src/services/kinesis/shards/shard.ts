// Shards: their ranges of hash keys, their descent, and how they are shown.

import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ChildShard, Shard as ShownShard } from "../../../model/generated/kinesis.d.ts";
import { tipOf } from "../../../sources/log.ts";
import { sequenceNumber } from "../sequence-number.ts";
import type { StreamState } from "../stream.ts";
import { type HashKey, showHashKey } from "./hash-key.ts";

export interface Shard {
  /** Counts up within the stream; its id follows. */
  readonly index: number;
  /** The first and the last hash key of its range. */
  readonly start: HashKey;
  readonly end: HashKey;
  readonly parent?: number;
  readonly adjacentParent?: number;
  /** Epoch milliseconds; later than its parents' by one at least, for sequence numbers rise with it. */
  readonly createdAt: number;
  /** It takes no more records. */
  readonly closedAt?: number;
}

export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

export function findShard(stream: StreamState, id: string): Shard | undefined {
  return shardsOf(stream).byId.get(id);
}

export function openShards(stream: StreamState): readonly Shard[] {
  return shardsOf(stream).open;
}

/** The open shard whose range holds the key. Open shards cover the whole space. */
export function shardFor(stream: StreamState, key: HashKey): Shard {
  const { open } = shardsOf(stream);
  let low = 0;
  let high = open.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (open[middle]!.start <= key) low = middle;
    else high = middle - 1;
  }
  return open[low]!;
}

export function childrenOf(stream: StreamState, index: number): readonly Shard[] {
  return stream.shards.filter(({ parent, adjacentParent }) => parent === index || adjacentParent === index);
}

export function shardLog(tx: Transaction, stream: StreamState, index: number): Key {
  return tx.key("kinesis", "log", stream.id, index);
}

export async function showShard(tx: Transaction, stream: StreamState, shard: Shard): Promise<ShownShard> {
  const closed = shard.closedAt !== undefined;
  const tip = closed ? await tipOf(tx, shardLog(tx, stream, shard.index)) : 0;
  return {
    ShardId: shardId(shard.index),
    ...(shard.parent !== undefined && { ParentShardId: shardId(shard.parent) }),
    ...(shard.adjacentParent !== undefined && { AdjacentParentShardId: shardId(shard.adjacentParent) }),
    HashKeyRange: rangeOf(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(shard, 0),
      ...(closed && { EndingSequenceNumber: sequenceNumber(shard, tip + 1) }),
    },
  };
}

export function showChild({ index, start, end, parent, adjacentParent }: Shard): ChildShard {
  return {
    ShardId: shardId(index),
    ParentShards: [parent, adjacentParent].flatMap((each) => (each === undefined ? [] : [shardId(each)])),
    HashKeyRange: rangeOf({ start, end }),
  };
}

function rangeOf({ start, end }: Pick<Shard, "start" | "end">): ShownShard["HashKeyRange"] {
  return { StartingHashKey: showHashKey(start), EndingHashKey: showHashKey(end) };
}

interface Shards {
  /** In the order of their ranges. */
  readonly open: readonly Shard[];
  readonly byId: ReadonlyMap<string, Shard>;
}

// Memoised by the identity of the decoded record, which changes with its bytes.
const memo = new WeakMap<readonly Shard[], Shards>();

function shardsOf({ shards }: StreamState): Shards {
  let found = memo.get(shards);
  if (found === undefined) {
    found = {
      open: shards
        .filter(({ closedAt }) => closedAt === undefined)
        .toSorted((one, other) => (one.start < other.start ? -1 : 1)),
      byId: new Map(shards.map((shard) => [shardId(shard.index), shard])),
    };
    memo.set(shards, found);
  }
  return found;
}
