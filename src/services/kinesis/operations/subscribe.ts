// SubscribeToShard: a shard's records as they come, for five minutes. A second
// subscription of the same consumer takes the first one's place.

import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type {
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
  SubscribeToShardInput,
  SubscribeToShardOutput,
} from "../../../model/generated/kinesis.d.ts";
import { shardTopic } from "../../../sources/stream-topics.ts";
import { openConsumer } from "../consumer.ts";
import { inUse, notFound, refuseStreamId } from "../faults.ts";
import { startingPosition } from "../position.ts";
import { readShard } from "../reading.ts";
import { sequenceNumber } from "../sequence-number.ts";
import { findShard, type Shard } from "../shards/shard.ts";
import { Stream, type StreamState } from "../stream.ts";
import { Subscription } from "../subscription.ts";

const subscriptionMilliseconds = 5 * 60_000;
/** A subscription younger than this keeps its place. */
const protectedMilliseconds = 5000;
/** So often an event comes even where there are no records. */
const heartbeatMilliseconds = 5000;
const mostRecords = 10_000;
const mostBytes = 2 * 1_048_576;

export const subscribeToShard: WaitingHandler<SubscribeToShardInput, SubscribeToShardOutput> = {
  waits: async (input, ctx) => {
    const subscribed = await ctx.atomically((tx) => subscribe(tx, input));
    return { EventStream: events(ctx, subscribed) };
  },
};

interface Subscribed {
  readonly subscription: Subscription;
  readonly stream: StreamState;
  readonly shard: Shard;
  readonly position: number;
  readonly place: { readonly account: string; readonly region: string };
}

async function subscribe(caller: Transaction, input: SubscribeToShardInput): Promise<Subscribed> {
  refuseStreamId(input);
  const { consumer, stream, tx } = await openConsumer(caller, input);
  if (consumer.status !== "ACTIVE") {
    throw inUse(`Consumer ${consumer.arn} is not ACTIVE, instead in state ${consumer.status}.`);
  }
  const shard = findShard(stream, input.ShardId);
  if (shard === undefined) {
    throw notFound(
      `Shard ${input.ShardId} in stream ${stream.name} under account ${tx.account} does not exist`,
    );
  }
  const { Type, SequenceNumber, Timestamp } = input.StartingPosition;
  const position = await startingPosition(tx, stream, shard, {
    type: Type,
    sequenceNumber: SequenceNumber,
    timestamp: Timestamp,
    operation: "SubscribeToShard",
  });
  const former = await tx.get(Subscription, stream.id, consumer.name, input.ShardId);
  if (former !== undefined && tx.now < former.startedAt + protectedMilliseconds) {
    throw inUse(
      `Another active subscription exists for this consumer: ${tx.account}:${stream.name}:${consumer.name}`,
    );
  }
  const subscription: Subscription = {
    streamId: stream.id,
    streamName: stream.name,
    consumerName: consumer.name,
    shardId: input.ShardId,
    id: tx.ids.uuid(),
    startedAt: tx.now,
  };
  tx.put(Subscription, subscription);
  // Whoever held the place ends.
  tx.notify(shardTopic(stream.arn, input.ShardId));
  return { subscription, stream, shard, position, place: { account: tx.account, region: tx.region } };
}

async function* events(
  ctx: Waiting,
  { subscription, stream, shard, position, place }: Subscribed,
): AsyncGenerator<SubscribeToShardEventStream> {
  const owner = ctx.at(place);
  const end = subscription.startedAt + subscriptionMilliseconds;
  const topic = shardTopic(stream.arn, subscription.shardId);
  let from = position;
  try {
    while (!ctx.signal.aborted && ctx.now() < end) {
      const deadline = Math.min(end, ctx.now() + heartbeatMilliseconds);
      const found = await owner.waitFor(topic, deadline, async (): Promise<Attempt<Found>> => {
        const page = await owner.atomically((tx) => look(tx, subscription, shard, from));
        return page === "over" || page.ended || page.event.Records.length > 0 ? { done: page } : {};
      });
      const page = found ?? (await owner.atomically((tx) => look(tx, subscription, shard, from)));
      if (page === "over" || ctx.signal.aborted) return;
      from = page.next;
      yield { SubscribeToShardEvent: page.event };
      if (page.ended) return;
    }
  } finally {
    await owner.atomically((tx) => leave(tx, subscription));
  }
}

interface Page {
  readonly event: SubscribeToShardEvent;
  readonly next: number;
  /** The shard is closed, and this was all of it. */
  readonly ended: boolean;
}

/** `over`: the subscription was taken, or there is nothing left to read. */
type Found = Page | "over";

async function look(tx: Transaction, subscription: Subscription, asked: Shard, from: number): Promise<Found> {
  const { streamId, consumerName, shardId } = subscription;
  const current = await tx.get(Subscription, streamId, consumerName, shardId);
  const stream = await findById(tx, subscription);
  const shard = stream === undefined ? undefined : findShard(stream, shardId);
  if (current?.id !== subscription.id || stream === undefined || shard === undefined) return "over";
  const { records, millisBehindLatest, next, children } = await readShard(
    tx,
    stream,
    shard,
    from,
    mostRecords,
    mostBytes,
  );
  return {
    event: {
      Records: records,
      ContinuationSequenceNumber: sequenceNumber(asked, next - 1),
      MillisBehindLatest: millisBehindLatest,
      ...(children !== undefined && { ChildShards: children }),
    },
    next,
    ended: children !== undefined,
  };
}

async function findById(
  tx: Transaction,
  { streamId, streamName }: Subscription,
): Promise<StreamState | undefined> {
  const stream = await tx.get(Stream, streamName);
  return stream?.id === streamId ? stream : undefined;
}

async function leave(tx: Transaction, { streamId, consumerName, shardId, id }: Subscription): Promise<void> {
  const current = await tx.get(Subscription, streamId, consumerName, shardId);
  if (current?.id === id) tx.delete(Subscription, streamId, consumerName, shardId);
}
