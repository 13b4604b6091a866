// A consumer's open subscription to a shard; there is one at most.

import { defineResource } from "../../core/resource.ts";

export interface Subscription {
  readonly streamId: string;
  readonly streamName: string;
  readonly consumerName: string;
  readonly shardId: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export const Subscription = defineResource<Subscription>()({
  service: "kinesis",
  type: "subscription",
  key: (subscription) => [subscription.streamId, subscription.consumerName, subscription.shardId],
});
