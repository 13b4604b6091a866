// Confirmation: the message that asks an endpoint, and what becomes of
// subscriptions that nobody confirms.

import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { httpDelivery, managedRetryPolicy, retryDelay } from "../delivery/delivery-policy.ts";
import { post } from "../delivery/http.ts";
import { putSent } from "../delivery/outbox.ts";
import { sendBatch } from "../delivery/queue.ts";
import { type Confirmation, confirmationEnvelope, signatureVersion } from "../messages/envelope.ts";
import { signerOf } from "../messages/signing.ts";
import { parseArn, Topic, type TopicState } from "../topics/topic.ts";
import { findSubscription, removeSubscription, type SubscriptionState } from "./subscription.ts";

export interface AskRun {
  readonly type: Confirmation["type"];
  readonly subscription: SubscriptionState;
  readonly token: string;
  readonly messageId: string;
  readonly at: number;
  readonly failures: number;
}

/** Brings a SubscriptionConfirmation or UnsubscribeConfirmation to its endpoint. */
export const ask = defineJob<AskRun>({ name: "sns.ask", run: { waits: askEndpoint } });

interface ExpireRun {
  readonly subscriptionArn: string;
  readonly token: string;
}

export const expirePending = defineJob<ExpireRun>({ name: "sns.expirePending", run: expire });

/** Ended by somebody who need not have been allowed to: its endpoint may take that back. */
export interface CancelledSubscription {
  readonly topicId: string;
  readonly token: string;
  readonly subscription: SubscriptionState;
}

export const CancelledSubscription = defineResource<CancelledSubscription>()({
  service: "sns",
  type: "cancelled-subscription",
  key: (cancelled) => [cancelled.topicId, cancelled.token],
});

/** Tokens are good for two days. */
const validMilliseconds = 2 * 86_400_000;
const tokenDigits = 160;

export function newToken(tx: Transaction): string {
  return tx.ids.hex(tokenDigits);
}

/** `tx` looks at the topic's account and region. */
export function askFor(
  tx: Transaction,
  type: Confirmation["type"],
  subscription: SubscriptionState,
  token: string,
): void {
  const at = tx.now;
  tx.enqueue(ask, { type, subscription, token, messageId: tx.ids.uuid(), at, failures: 0 });
  tx.enqueue(
    expirePending,
    { subscriptionArn: subscription.arn, token },
    { at: at + validMilliseconds, id: subscription.id },
  );
}

async function expire({ subscriptionArn, token }: ExpireRun, tx: Transaction): Promise<void> {
  const { name } = parseArn(subscriptionArn, "SubscriptionArn");
  const topic = await tx.get(Topic, name);
  if (topic !== undefined) tx.delete(CancelledSubscription, topic.id, token);
  const found = await findSubscription(tx, subscriptionArn);
  if (found === undefined || found.subscription.confirmed || found.subscription.token !== token) return;
  removeSubscription(found.tx, found.subscription);
}

async function askEndpoint(run: AskRun, ctx: Waiting): Promise<void> {
  const { subscription } = run;
  const { name } = parseArn(subscription.topicArn, "TopicArn");
  const topic = await ctx.atomically((tx) => tx.get(Topic, name));
  if (topic?.id !== subscription.topicId) return;
  const envelope = await confirmationEnvelope(
    confirmationOf(run, ctx.endpoint),
    signatureVersion(topic),
    await signerOf(ctx),
  );
  const failed = await bring(run, topic, envelope, ctx);
  if (!failed) return;
  const policy = subscription.protocol.startsWith("http")
    ? httpDelivery(topic.attributes.DeliveryPolicy, subscription.attributes.DeliveryPolicy).retry
    : managedRetryPolicy;
  const failures = run.failures + 1;
  const delay = retryDelay(policy, failures);
  if (delay === undefined) return;
  await ctx.atomically(async (tx) => tx.enqueue(ask, { ...run, failures }, { at: tx.now + delay * 1000 }));
}

function confirmationOf(run: AskRun, endpoint: string): Confirmation {
  const { type, subscription, token, messageId, at } = run;
  const { topicArn, arn: subscriptionArn } = subscription;
  const subscribeUrl = `${endpoint}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}&Version=2010-03-31`;
  return { type, messageId, topicArn, subscriptionArn, token, subscribeUrl, at };
}

/** True where trying again may help. */
async function bring(run: AskRun, topic: TopicState, envelope: string, ctx: Waiting): Promise<boolean> {
  const { type, subscription, messageId } = run;
  const { protocol, endpoint } = subscription;
  switch (protocol) {
    case "http":
    case "https": {
      const { failure } = await post(ctx, subscription, { type, messageId, body: envelope });
      return failure?.passing === true;
    }
    case "sqs": {
      const entry = {
        MessageBody: envelope,
        ...(topic.fifo && { MessageGroupId: type, MessageDeduplicationId: messageId }),
      };
      const [outcome] = await sendBatch(ctx, subscription.topicArn, endpoint, [entry]);
      return outcome?.failure?.passing === true;
    }
    case "email":
    case "email-json":
      await ctx.atomically((tx) => putSent(tx, mailOf(run, protocol, topic, envelope, ctx.endpoint)));
      return false;
    default:
      // Functions and streams of other accounts are confirmed by their owners' subscribing.
      return false;
  }
}

function mailOf(
  run: AskRun,
  protocol: "email" | "email-json",
  { attributes, arn }: TopicState,
  envelope: string,
  endpoint: string,
) {
  const { subscription, messageId } = run;
  const common = { to: subscription.endpoint, messageId, topicArn: arn, subscriptionArn: subscription.arn };
  const subject =
    run.type === "SubscriptionConfirmation"
      ? "AWS Notification - Subscription Confirmation"
      : "AWS Notification - Unsubscribe Confirmation";
  if (protocol === "email-json") return { ...common, protocol, subject, body: envelope };
  const { subscribeUrl } = confirmationOf(run, endpoint);
  const name = attributes.DisplayName ?? "";
  const body =
    run.type === "SubscriptionConfirmation"
      ? `${name === "" ? "" : `${name}\n\n`}You have chosen to subscribe to the topic:\n${arn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${subscribeUrl}\n`
      : `Your subscription to the topic below has been deactivated:\n${arn}\n\nIf this was in error, click or visit the link below to subscribe again:\n${subscribeUrl}\n`;
  return { ...common, protocol, subject, body };
}
