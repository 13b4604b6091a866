// The subscription: an endpoint that hears a topic. It lives with its topic, and
// is listed with whoever owns it.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidParameter, sns, subscriptionNotFound } from "../faults.ts";
import { type OpenTopic, parseArn, Topic, type TopicState } from "../topics/topic.ts";

export interface SubscriptionState {
  readonly id: string;
  readonly arn: string;
  readonly topicId: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly owner: string;
  /** The ARN of whoever subscribed it. */
  readonly principal: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Until then it hears nothing. */
  readonly confirmed: boolean;
  /** What confirms it, where the endpoint was asked. */
  readonly token?: string | undefined;
  readonly confirmationAuthenticated: boolean;
  /** Only the owners may end it. */
  readonly authenticateOnUnsubscribe?: boolean | undefined;
  /** Of the replay that its ReplayPolicy asked for. */
  readonly replayStatus?: "Pending" | "In progress" | "Completed" | "Failed" | undefined;
  /** What a replay delivered already: newer messages go on from there. */
  readonly replayedThrough?: string | undefined;
}

export const Subscription = defineResource<SubscriptionState>()({
  service: "sns",
  type: "subscription",
  key: (subscription) => [subscription.topicId, subscription.id],
  arn: (subscription) => subscription.arn,
  indexes: {
    endpoint: ({ topicId, protocol, endpoint }) => [topicId, protocol, endpoint],
    token: ({ topicId, token }) => (token === undefined ? undefined : [topicId, token]),
    filtered: ({ topicId, id, attributes }) =>
      attributes.FilterPolicy === undefined ? undefined : [topicId, id],
  },
  cached: true,
});

/** In the owner's account: only that there is such a subscription. */
export interface OwnedSubscription {
  readonly arn: string;
}

export const OwnedSubscription = defineResource<OwnedSubscription>()({
  service: "sns",
  type: "owned-subscription",
  key: (owned) => [owned.arn],
});

export interface OpenSubscription extends OpenTopic {
  readonly subscription: SubscriptionState;
}

/** Undefined where it, or its topic, is gone. */
export async function findSubscription(
  caller: Transaction,
  arn: string,
): Promise<OpenSubscription | undefined> {
  const { place, name, id } = parseArn(arn, "SubscriptionArn");
  if (id === undefined) {
    throw invalidParameter("SubscriptionArn", "An ARN must have at least 7 elements, not 6");
  }
  const tx = caller.at(place);
  const topic = await tx.get(Topic, name);
  const subscription = topic && (await tx.get(Subscription, topic.id, id));
  return subscription && { topic, subscription, tx };
}

/** For those who may manage it: its owner, and the topic's. */
export async function openSubscription(caller: Transaction, arn: string): Promise<OpenSubscription> {
  if (arn === "PendingConfirmation" || arn === "pending confirmation") {
    throw invalidParameter("SubscriptionArn", "An ARN must have at least 6 elements, not 1");
  }
  const found = await findSubscription(caller, arn);
  if (found === undefined || !mayManage(caller, found)) throw subscriptionNotFound();
  return found;
}

export function mayManage({ principal }: Transaction, { topic, subscription }: OpenSubscription): boolean {
  if (principal.type === "anonymous") return false;
  return principal.account === topic.account || principal.account === subscription.owner;
}

const mostFilterPolicies = 200;

/** Throws AWS's fault where a topic has as many filter policies as it may have. */
export async function checkFilterPolicyLimit(
  tx: Transaction,
  { topicId, id }: SubscriptionState,
): Promise<void> {
  const { values } = await tx.list(Subscription, {
    index: "filtered",
    prefix: [topicId],
    limit: mostFilterPolicies,
  });
  if (values.length < mostFilterPolicies || values.some((other) => other.id === id)) return;
  throw fault(
    sns,
    "FilterPolicyLimitExceeded",
    `The topic has the maximum number of filter policies: ${mostFilterPolicies}`,
  );
}

const counterKey = (tx: Transaction, topicId: string, name: string) =>
  tx.key("sns", "subscriptions", topicId, name);

export type Counted = "confirmed" | "pending" | "deleted";

/** Additions never conflict: a topic's subscribers do not wait for each other. */
export function countSubscription(tx: Transaction, topicId: string, which: Counted, delta: number): void {
  tx.raw.add(counterKey(tx, topicId, which), delta);
}

export async function subscriptionCounts(tx: Transaction, { id }: TopicState) {
  const [confirmed, pending, deleted] = await Promise.all(
    ["confirmed", "pending", "deleted"].map((name) => tx.raw.count(counterKey(tx, id, name))),
  );
  return { confirmed: confirmed ?? 0, pending: pending ?? 0, deleted: deleted ?? 0 };
}

/** Takes away all that is known of one subscription. */
export function removeSubscription(tx: Transaction, subscription: SubscriptionState): void {
  tx.delete(Subscription, subscription.topicId, subscription.id);
  tx.at({ account: subscription.owner }).delete(OwnedSubscription, subscription.arn);
  countSubscription(tx, subscription.topicId, subscription.confirmed ? "confirmed" : "pending", -1);
  countSubscription(tx, subscription.topicId, "deleted", 1);
}
