// Subscribe, ConfirmSubscription, Unsubscribe.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ConfirmSubscriptionInput,
  ConfirmSubscriptionResponse,
  SubscribeInput,
  SubscribeResponse,
  UnsubscribeInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter, sns } from "../faults.ts";
import { askFor, CancelledSubscription, newToken } from "../subscriptions/confirmation.ts";
import { checkEndpoint, needsConfirmation } from "../subscriptions/endpoint.ts";
import { startReplay } from "../subscriptions/replay.ts";
import {
  checkFilterPolicyLimit,
  countSubscription,
  findSubscription,
  mayManage,
  OwnedSubscription,
  removeSubscription,
  Subscription,
  type SubscriptionState,
} from "../subscriptions/subscription.ts";
import { checkNewAttributes } from "../subscriptions/subscription-attributes.ts";
import { openTopic, parseArn, Topic } from "../topics/topic.ts";

/** Endpoints that a person or a machine confirms, and may give up again. */
const heldByMessage = new Set(["http", "https", "email", "email-json"]);

export async function subscribe(input: SubscribeInput, caller: Transaction): Promise<SubscribeResponse> {
  const { Protocol: protocol, ReturnSubscriptionArn: wantsArn = false } = input;
  const { topic, tx } = await openTopic(caller, input.TopicArn, "Subscribe");
  const endpoint = checkEndpoint(topic, protocol, input.Endpoint);
  const attributes = checkNewAttributes(input.Attributes, { topic, protocol });
  const shown = ({ arn, confirmed }: SubscriptionState) => ({
    SubscriptionArn: confirmed || wantsArn ? arn : "pending confirmation",
  });

  const { values } = await tx.list(Subscription, {
    index: "endpoint",
    prefix: [topic.id, protocol, endpoint],
    limit: 1,
  });
  const existing = values[0];
  if (existing !== undefined) {
    const changed = Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value);
    if (changed) {
      throw invalidParameter("Attributes", "Subscription already exists with different attributes");
    }
    if (!existing.confirmed) askAgain(tx, existing);
    return shown(existing);
  }

  const id = tx.ids.uuid();
  const confirmed = !needsConfirmation(protocol, endpoint, caller.principal.account);
  const subscription: SubscriptionState = {
    id,
    arn: `${topic.arn}:${id}`,
    topicId: topic.id,
    topicArn: topic.arn,
    protocol,
    endpoint,
    owner: caller.principal.type === "anonymous" ? topic.account : caller.principal.account,
    principal: caller.principal.arn,
    attributes,
    createdAt: tx.now,
    confirmed,
    confirmationAuthenticated: confirmed,
  };
  if (attributes.FilterPolicy !== undefined) await checkFilterPolicyLimit(tx, subscription);
  tx.at({ account: subscription.owner }).put(OwnedSubscription, { arn: subscription.arn });
  countSubscription(tx, topic.id, confirmed ? "confirmed" : "pending", 1);
  if (confirmed) await startReplay(tx, topic, subscription);
  else askAgain(tx, subscription);
  return shown(subscription);
}

/** Every asking has its own token; the latest counts. */
function askAgain(tx: Transaction, subscription: SubscriptionState): void {
  const token = newToken(tx);
  const asked = { ...subscription, token };
  tx.put(Subscription, asked);
  askFor(tx, "SubscriptionConfirmation", asked, token);
}

export async function confirmSubscription(
  input: ConfirmSubscriptionInput,
  caller: Transaction,
): Promise<ConfirmSubscriptionResponse> {
  const { place, name } = parseArn(input.TopicArn, "TopicArn");
  const tx = caller.at(place);
  const topic = await tx.get(Topic, name);
  if (topic === undefined) throw fault(sns, "NotFound", "Topic does not exist");
  const authenticated = caller.principal.type !== "anonymous";
  const only = input.AuthenticateOnUnsubscribe?.toLowerCase() === "true";
  if (only && !authenticated) {
    throw fault(sns, "AuthorizationError", "AuthenticateOnUnsubscribe needs an authenticated request");
  }
  const { values } = await tx.list(Subscription, {
    index: "token",
    prefix: [topic.id, input.Token],
    limit: 1,
  });
  const subscription = values[0] ?? (await restored(tx, topic.id, input.Token));
  if (subscription === undefined) throw invalidParameter("Token");
  if (subscription.confirmed) return { SubscriptionArn: subscription.arn };
  const confirmed: SubscriptionState = {
    ...subscription,
    confirmed: true,
    confirmationAuthenticated: authenticated,
    ...(only && { authenticateOnUnsubscribe: true }),
  };
  countSubscription(tx, topic.id, "pending", -1);
  countSubscription(tx, topic.id, "confirmed", 1);
  await startReplay(tx, topic, confirmed);
  return { SubscriptionArn: subscription.arn };
}

/** What was ended by mistake comes back as it was. */
async function restored(
  tx: Transaction,
  topicId: string,
  token: string,
): Promise<SubscriptionState | undefined> {
  const cancelled = await tx.get(CancelledSubscription, topicId, token);
  if (cancelled === undefined) return undefined;
  tx.delete(CancelledSubscription, topicId, token);
  const { subscription } = cancelled;
  tx.at({ account: subscription.owner }).put(OwnedSubscription, { arn: subscription.arn });
  countSubscription(tx, topicId, "pending", 1);
  return { ...subscription, confirmed: false, token };
}

/** To end what is not there is no error. Whoever knows the ARN may end it, unless that was excluded. */
export async function unsubscribe(
  { SubscriptionArn }: UnsubscribeInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const found = await findSubscription(caller, SubscriptionArn);
  if (found === undefined) return {};
  const { subscription, tx } = found;
  const manages = mayManage(caller, found);
  if (!manages && (subscription.authenticateOnUnsubscribe || caller.principal.type !== "anonymous")) {
    throw fault(sns, "AuthorizationError", "Access Denied");
  }
  removeSubscription(tx, subscription);
  if (!manages && subscription.confirmed && heldByMessage.has(subscription.protocol)) {
    const token = newToken(tx);
    tx.put(CancelledSubscription, { topicId: subscription.topicId, token, subscription });
    askFor(tx, "UnsubscribeConfirmation", subscription, token);
  }
  return {};
}
