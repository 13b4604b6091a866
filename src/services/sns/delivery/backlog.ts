// FIFO topics: what waits for one subscription whose queue is in trouble. The
// messages after it line up behind it, so that they arrive in order.
//
//   backlog (subscription id, sequence number)

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Published } from "../messages/published.ts";
import { findSubscription, type SubscriptionState } from "../subscriptions/subscription.ts";
import { managedRetryPolicy, retryDelay } from "./delivery-policy.ts";
import { deliverToQueue } from "./queue.ts";
import { afterFailure, tell } from "./retry.ts";

interface BacklogRun {
  readonly subscriptionArn: string;
  readonly subscriptionId: string;
  readonly failures: number;
}

const mostAtOnce = 50;

export const deliverBacklog = defineJob<BacklogRun>({
  name: "sns.deliverBacklog",
  run: { waits: run },
});

const rangeOf = (tx: Transaction, subscriptionId: string) => {
  const start = tx.key("sns", "backlog", subscriptionId);
  return { start, end: `${start}\xff` };
};

/** Whether its messages line up behind one that is still to arrive. */
export async function keepsBack(ctx: Waiting, subscription: SubscriptionState): Promise<boolean> {
  return ctx.atomically(async (tx) => {
    const found = await tx.raw.scan(rangeOf(tx, subscription.id), { limit: 1 });
    return found.length > 0;
  });
}

/** The line may have been worked off since somebody looked: then this begins it anew. */
export async function putBack(
  tx: Transaction,
  subscription: SubscriptionState,
  messages: readonly Published[],
): Promise<void> {
  const { arn: subscriptionArn, id: subscriptionId } = subscription;
  const before = await tx.raw.scan(rangeOf(tx, subscriptionId), { limit: 1 });
  for (const published of messages) {
    const key = tx.key("sns", "backlog", subscriptionId, published.sequenceNumber ?? "");
    tx.raw.put(key, encodeValue(published, false));
  }
  if (before.length > 0) return;
  const at = tx.now + (retryDelay(managedRetryPolicy, 1) ?? 0) * 1000;
  tx.enqueue(deliverBacklog, { subscriptionArn, subscriptionId, failures: 1 }, { id: subscriptionId, at });
}

async function run(run: BacklogRun, ctx: Waiting): Promise<void> {
  const found = await ctx.atomically((tx) => findSubscription(tx, run.subscriptionArn));
  if (found === undefined || !found.subscription.confirmed) {
    await ctx.atomically(async (tx) => tx.raw.deleteRange(rangeOf(tx, run.subscriptionId)));
    return;
  }
  const { topic, subscription } = found;
  for (;;) {
    const entries = await ctx.atomically(async (tx) =>
      tx.raw.scan(rangeOf(tx, subscription.id), { limit: mostAtOnce }),
    );
    if (entries.length === 0) return;
    const told = await Promise.all(
      entries.map(({ value }) => tell(ctx, topic, subscription, decodeValue<Published>(value, false))),
    );
    const delivered = await deliverToQueue(ctx, subscription, told);
    const stuck = delivered.findIndex(({ failure }) => failure?.passing === true);
    const delay = stuck < 0 ? undefined : retryDelay(managedRetryPolicy, run.failures + 1);
    const over = delay === undefined ? entries.length : stuck;
    await ctx.atomically(async (tx) => {
      for (const [at, { key }] of entries.slice(0, over).entries()) {
        tx.raw.delete(key);
        if (delivered[at]?.failure !== undefined)
          afterFailure(tx, topic, delivered[at], Number.MAX_SAFE_INTEGER);
      }
      if (delay !== undefined) {
        const failures = over > 0 ? 1 : run.failures + 1;
        tx.enqueue(deliverBacklog, { ...run, failures }, { id: subscription.id, at: tx.now + delay * 1000 });
      }
    });
    if (delay !== undefined) return;
  }
}
