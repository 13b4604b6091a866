// ListSubscriptions and ListSubscriptionsByTopic, and a subscription's attributes.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  SetSubscriptionAttributesInput,
  Subscription as Shown,
} from "../../../model/generated/sns.d.ts";
import { startReplay } from "../subscriptions/replay.ts";
import {
  checkFilterPolicyLimit,
  findSubscription,
  OwnedSubscription,
  openSubscription,
  Subscription,
  type SubscriptionState,
} from "../subscriptions/subscription.ts";
import { showAttributes, withAttribute } from "../subscriptions/subscription-attributes.ts";
import { openTopic } from "../topics/topic.ts";

const pageSize = 100;

export async function listSubscriptions(
  { NextToken }: ListSubscriptionsInput,
  tx: Transaction,
): Promise<ListSubscriptionsResponse> {
  const { values, cursor } = await tx.list(OwnedSubscription, { cursor: NextToken, limit: pageSize });
  const found = await Promise.all(values.map(({ arn }) => findSubscription(tx, arn)));
  return {
    // Those of a topic just deleted are still to be cleared away.
    Subscriptions: found.flatMap((each) => (each === undefined ? [] : [show(each.subscription)])),
    NextToken: cursor,
  };
}

export async function listSubscriptionsByTopic(
  { TopicArn, NextToken }: ListSubscriptionsByTopicInput,
  caller: Transaction,
): Promise<ListSubscriptionsByTopicResponse> {
  const { topic, tx } = await openTopic(caller, TopicArn, "ListSubscriptionsByTopic");
  const { values, cursor } = await tx.list(Subscription, {
    prefix: [topic.id],
    cursor: NextToken,
    limit: pageSize,
  });
  return { Subscriptions: values.map(show), NextToken: cursor };
}

export async function getSubscriptionAttributes(
  { SubscriptionArn }: GetSubscriptionAttributesInput,
  caller: Transaction,
): Promise<GetSubscriptionAttributesResponse> {
  const { topic, subscription } = await openSubscription(caller, SubscriptionArn);
  return { Attributes: showAttributes(topic, subscription) };
}

export async function setSubscriptionAttributes(
  { SubscriptionArn, AttributeName, AttributeValue = "" }: SetSubscriptionAttributesInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, subscription, tx } = await openSubscription(caller, SubscriptionArn);
  const changed = withAttribute(topic, subscription, AttributeName, AttributeValue);
  const { FilterPolicy } = changed.attributes;
  if (AttributeName === "FilterPolicy" && FilterPolicy !== undefined)
    await checkFilterPolicyLimit(tx, changed);
  if (AttributeName === "ReplayPolicy") await startReplay(tx, topic, changed);
  else tx.put(Subscription, changed);
  return {};
}

function show({ arn, confirmed, owner, protocol, endpoint, topicArn }: SubscriptionState): Shown {
  return {
    SubscriptionArn: confirmed ? arn : "PendingConfirmation",
    Owner: owner,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}
