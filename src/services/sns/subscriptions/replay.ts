// Replays: archived messages once more to one subscription. While one goes on
// it brings the new messages as well, which are archived too; so that the order
// holds and none is missed between the two.
// https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html

import { hash } from "node:crypto";
import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { managedRetryPolicy, retryDelay } from "../delivery/delivery-policy.ts";
import { deliverToQueue } from "../delivery/queue.ts";
import { afterFailure, tell } from "../delivery/retry.ts";
import { type ArchivePlace, archivedAfter } from "../messages/archive.ts";
import { lastSequenceNumber } from "../messages/fifo.ts";
import type { Published } from "../messages/published.ts";
import type { TopicState } from "../topics/topic.ts";
import { wants } from "./filter-policy.ts";
import {
  findSubscription,
  type OpenSubscription,
  Subscription,
  type SubscriptionState,
} from "./subscription.ts";
import { parseReplayPolicy } from "./subscription-attributes.ts";

interface ReplayRun {
  readonly subscriptionArn: string;
  /** Another policy ends this replay. */
  readonly policy: string;
  readonly startedAt: number;
  /** Whatever has a higher sequence number was published since the replay began. */
  readonly lastSequenceNumber: string;
  /** Delivered up to here. */
  readonly place: ArchivePlace;
  readonly failures: number;
}

const mostAtOnce = 50;

export const replay = defineJob<ReplayRun>({ name: "sns.replay", run: { waits: run } });

/** Stores the subscription, and replays what its policy asks for. */
export async function startReplay(
  tx: Transaction,
  topic: TopicState,
  subscription: SubscriptionState,
): Promise<void> {
  const policy = subscription.attributes.ReplayPolicy;
  if (policy === undefined || !subscription.confirmed) {
    tx.put(Subscription, { ...subscription, replayStatus: undefined });
    tx.cancel(replay, subscription.id);
    return;
  }
  tx.put(Subscription, { ...subscription, replayStatus: "Pending" });
  const { from } = parseReplayPolicy(policy, topic);
  const place = { at: from, sequenceNumber: "" };
  const { arn: subscriptionArn, id } = subscription;
  const last = await lastSequenceNumber(tx, topic);
  tx.enqueue(
    replay,
    { subscriptionArn, policy, startedAt: tx.now, lastSequenceNumber: last, place, failures: 0 },
    { id },
  );
}

async function run(begun: ReplayRun, ctx: Waiting): Promise<void> {
  let { place, failures } = begun;
  for (;;) {
    const next = await ctx.atomically((tx) => look(tx, begun, place));
    if (next === undefined) return;
    const { topic, subscription } = next.open;
    const wanted = next.archived.flatMap((published) => asReplayed(begun, topic, subscription, published));
    const told = await Promise.all(wanted.map((published) => tell(ctx, topic, subscription, published)));
    const delivered = await deliverToQueue(ctx, subscription, told);
    const stuck = delivered.findIndex(({ failure }) => failure?.passing === true);
    const done = stuck < 0 ? next.archived.at(-1)! : before(next.archived, wanted[stuck]!);
    if (done !== undefined) place = { at: done.at, sequenceNumber: done.sequenceNumber ?? "" };
    failures = stuck < 0 ? 0 : failures + 1;
    const refused = delivered.filter(({ failure }) => failure !== undefined && !failure.passing);
    const delay = stuck < 0 ? undefined : retryDelay(managedRetryPolicy, failures);
    if (refused.length > 0 || stuck >= 0) {
      await ctx.atomically(async (tx) => {
        for (const each of refused) afterFailure(tx, topic, each, 1);
        if (stuck < 0) return;
        if (delay === undefined) tx.put(Subscription, { ...subscription, replayStatus: "Failed" });
        else
          tx.enqueue(
            replay,
            { ...begun, place, failures },
            { id: subscription.id, at: tx.now + delay * 1000 },
          );
      });
    }
    if (stuck >= 0) return;
  }
}

/** The next messages; undefined at the end, which is noted in the same transaction that found nothing more. */
async function look(
  tx: Transaction,
  { subscriptionArn, policy }: ReplayRun,
  place: ArchivePlace,
): Promise<{ readonly open: OpenSubscription; readonly archived: readonly Published[] } | undefined> {
  const open = await findSubscription(tx, subscriptionArn);
  if (open === undefined || open.subscription.attributes.ReplayPolicy !== policy) return undefined;
  const archived = await archivedAfter(open.tx, open.topic, place, mostAtOnce);
  const { subscription } = open;
  if (archived.length > 0) {
    if (subscription.replayStatus === "Pending") {
      tx.put(Subscription, { ...subscription, replayStatus: "In progress" });
    }
    return { open, archived };
  }
  const { sequenceNumber } = place;
  tx.put(Subscription, {
    ...subscription,
    replayStatus: "Completed",
    ...(sequenceNumber !== "" && { replayedThrough: sequenceNumber }),
  });
  return undefined;
}

/** Old messages within the policy's times, marked; those published since then as they are; no others. */
function asReplayed(
  { policy, startedAt, lastSequenceNumber: last }: ReplayRun,
  topic: TopicState,
  subscription: SubscriptionState,
  published: Published,
): readonly Published[] {
  if (!wants(subscription, { message: published.message, attributes: published.attributes })) return [];
  if ((published.sequenceNumber ?? "") > last) return [published];
  const { from, to = Number.POSITIVE_INFINITY } = parseReplayPolicy(policy, topic);
  if (published.at < from || published.at > to) return [];
  // A queue that had it less than five minutes ago would take it for a duplicate.
  const deduplicationId = hash("sha256", `${startedAt} ${subscription.id} ${published.messageId}`);
  return [{ ...published, deduplicationId, replayed: true }];
}

function before(archived: readonly Published[], stuck: Published): Published | undefined {
  const at = archived.findIndex(({ messageId }) => messageId === stuck.messageId);
  return at > 0 ? archived[at - 1] : undefined;
}
