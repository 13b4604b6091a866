// How shards follow one another: split, merged, and brought to a number.

import type { StreamState } from "../stream.ts";
import { after, before, evenStarts, type HashKey, highestHashKey } from "./hash-key.ts";
import { openShards, type Shard } from "./shard.ts";

export function firstShards(count: number, now: number): readonly Shard[] {
  const starts = evenStarts(count);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return { index, start, end: next === undefined ? highestHashKey : before(next), createdAt: now };
  });
}

/** `at` is where the second of the new shards begins; within the old one's range, and not its start. */
export function split(stream: StreamState, shard: Shard, at: HashKey, now: number): StreamState {
  const createdAt = Math.max(now, shard.createdAt + 1);
  const child = { createdAt, parent: shard.index };
  const one = { ...child, index: stream.nextShard, start: shard.start, end: before(at) };
  const other = { ...child, index: stream.nextShard + 1, start: at, end: shard.end };
  return replace(stream, [shard], [one, other], now);
}

/** The first given is the parent, as AWS names it, the other the adjacent parent. */
export function merge(stream: StreamState, shard: Shard, adjacent: Shard, now: number): StreamState {
  const [low, high] = shard.start < adjacent.start ? [shard, adjacent] : [adjacent, shard];
  const merged: Shard = {
    index: stream.nextShard,
    start: low.start,
    end: high.end,
    parent: shard.index,
    adjacentParent: adjacent.index,
    createdAt: Math.max(now, shard.createdAt + 1, adjacent.createdAt + 1),
  };
  return replace(stream, [shard, adjacent], [merged], now);
}

export function areAdjacent(one: Shard, other: Shard): boolean {
  return (
    (one.end !== highestHashKey && after(one.end) === other.start) ||
    (other.end !== highestHashKey && after(other.end) === one.start)
  );
}

/** Splits and merges until the open shards are `count` equal ranges. */
export function resize(stream: StreamState, count: number, now: number): StreamState {
  const starts = evenStarts(count);
  let current = stream;
  for (const start of starts) {
    const holder = openShards(current).find((shard) => shard.start < start && start <= shard.end);
    if (holder !== undefined) current = split(current, holder, start, now);
  }
  const wanted = new Set(starts);
  for (;;) {
    const open = openShards(current);
    const extra = open.findIndex((shard) => !wanted.has(shard.start));
    if (extra < 0) return current;
    current = merge(current, open[extra - 1]!, open[extra]!, now);
  }
}

function replace(
  stream: StreamState,
  closed: readonly Shard[],
  fresh: readonly Shard[],
  now: number,
): StreamState {
  const shards = stream.shards.map((shard) => (closed.includes(shard) ? { ...shard, closedAt: now } : shard));
  return { ...stream, shards: [...shards, ...fresh], nextShard: stream.nextShard + fresh.length };
}
