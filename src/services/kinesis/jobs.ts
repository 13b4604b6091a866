// What happens to streams later: changes come to their end, deleted streams
// lose their records, and records past their time are removed.

import type { prefixRange } from "../../base/tuple.ts";
import { defineJob, type Job } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import { firstSince, trimLog } from "../../sources/log.ts";
import { Consumer, consumersOf } from "./consumer.ts";
import { growStream } from "./shards/scaling.ts";
import { type Shard, shardLog } from "./shards/shard.ts";
import { arrivalOf } from "./stored-record.ts";
import { Stream, type StreamState } from "./stream.ts";

interface StreamName {
  readonly name: string;
  readonly id: string;
}

const trimMilliseconds = 3_600_000;
const removedAtOnce = 1000;

async function find(tx: Transaction, { name, id }: StreamName): Promise<StreamState | undefined> {
  const stream = await tx.get(Stream, name);
  return stream?.id === id ? stream : undefined;
}

/** Ends `CREATING`, `UPDATING` and `DELETING`, of the stream and of its consumers. */
export const settleStream = defineJob<StreamName>({
  name: "kinesis.settleStream",
  run: async (named, tx) => {
    const stream = await find(tx, named);
    if (stream === undefined) return;
    const deleted = stream.status === "DELETING";
    for (const consumer of await consumersOf(tx, stream)) {
      if (deleted || consumer.status === "DELETING") tx.delete(Consumer, stream.name, consumer.name);
      else if (consumer.status === "CREATING") tx.put(Consumer, { ...consumer, status: "ACTIVE" });
    }
    if (deleted) {
      tx.delete(Stream, stream.name);
      tx.cancel(trimStream, stream.id);
      tx.enqueue(purgeStream, { id: stream.id });
    } else if (stream.status !== "ACTIVE") {
      tx.put(Stream, { ...stream, status: "ACTIVE" });
    }
  },
});

/** Asks for the end of a change that was made in this transaction. */
export function settleSoon(tx: Transaction, { name, id }: StreamState): void {
  tx.enqueue(settleStream, { name, id }, { id });
}

const purgeStream: Job<{ readonly id: string }> = defineJob<{ readonly id: string }>({
  name: "kinesis.purgeStream",
  run: async ({ id }, tx) => {
    for (const kind of ["log", "rate", "subscription"]) {
      const start = tx.key("kinesis", kind, id);
      const entries = await tx.raw.scan({ start, end: `${start}\xff` }, { limit: removedAtOnce });
      for (const entry of entries) tx.raw.delete(entry.key);
      if (entries.length < removedAtOnce) continue;
      tx.enqueue(purgeStream, { id });
      return;
    }
  },
});

/** Every hour, a step for each shard. */
export const trimStream = defineJob<StreamName>({
  name: "kinesis.trimStream",
  run: {
    waits: async (named, ctx) => {
      const stream = await ctx.atomically((tx) => find(tx, named));
      if (stream === undefined) return;
      const emptied: Shard[] = [];
      for (const shard of stream.shards) {
        let done = false;
        while (!done && !ctx.signal.aborted) {
          done = await ctx.atomically(async (tx) => {
            const log = shardLog(tx, stream, shard.index);
            return trimLog(tx, log, await horizon(tx, stream, shard.index), removedAtOnce);
          });
        }
        if (isSpent(stream, shard, ctx.now())) emptied.push(shard);
      }
      await ctx.atomically(async (tx) => {
        const current = await find(tx, named);
        if (current === undefined) return;
        if (emptied.length > 0) forget(tx, current, emptied);
        trimLater(tx, current);
      });
    },
  },
});

export function trimLater(tx: Transaction, { name, id }: StreamState): void {
  tx.enqueue(trimStream, { name, id }, { at: tx.now + trimMilliseconds, id });
}

/** The first position that is not past the stream's retention. */
export function horizon(tx: Transaction, stream: StreamState, shard: number): Promise<number> {
  return firstSince(tx, shardLog(tx, stream, shard), keptSince(stream, tx.now), arrivalOf);
}

export function keptSince({ retentionHours }: StreamState, now: number): number {
  return now - retentionHours * 3_600_000;
}

/** Closed so long ago that nothing in it can be read. */
function isSpent(stream: StreamState, { closedAt }: Shard, now: number): boolean {
  return closedAt !== undefined && closedAt < keptSince(stream, now);
}

function forget(tx: Transaction, stream: StreamState, emptied: readonly Shard[]): void {
  const gone = new Set(emptied.map(({ index }) => index));
  tx.put(Stream, { ...stream, shards: stream.shards.filter(({ index }) => !gone.has(index)) });
  for (const index of gone) tx.raw.deleteRange(prefixRangeOf(shardLog(tx, stream, index)));
}

function prefixRangeOf(start: string): ReturnType<typeof prefixRange> {
  return { start, end: `${start}\xff` };
}

export const jobs = [settleStream, purgeStream, trimStream, growStream];
