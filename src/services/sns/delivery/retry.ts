// What follows a failed delivery: another try when the policy says so, and in
// the end the dead-letter queue, or nothing. The message stays stored meanwhile.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { parseObject } from "../faults.ts";
import { type Notification, notification, signatureVersion } from "../messages/envelope.ts";
import { messageFor, type Published } from "../messages/published.ts";
import { signerOf } from "../messages/signing.ts";
import { findSubscription, type SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";
import { type Delivered, seesSignature, unsubscribeUrl } from "./delivered.ts";
import { httpDelivery, managedRetryPolicy, retryDelay } from "./delivery-policy.ts";
import { deliverToFirehose } from "./firehose.ts";
import { deliverToFunction } from "./function.ts";
import { deliverOverHttp } from "./http.ts";
import { deliverToQueue, entryFor, sendBatch } from "./queue.ts";
import { logDeliveries, logsDeliveries } from "./status-log.ts";

export interface DeliveryRun {
  readonly subscriptionArn: string;
  readonly published: Published;
  /** Tries that failed before. */
  readonly failures: number;
}

/** One message to one subscription: by HTTP from the start, by the others from the second try on. */
export const deliver = defineJob<DeliveryRun>({
  name: "sns.deliver",
  run: { waits: deliverAgain },
});

export interface DeadLetterRun {
  readonly queueArn: string;
  readonly subscription: SubscriptionState;
  readonly published: Published;
}

export const deadLetter = defineJob<DeadLetterRun>({
  name: "sns.deadLetter",
  run: { waits: sendDeadLetter },
});

async function deliverAgain(run: DeliveryRun, ctx: Waiting): Promise<void> {
  const found = await ctx.atomically((tx) => findSubscription(tx, run.subscriptionArn));
  if (found === undefined || !found.subscription.confirmed) return;
  const { topic, subscription } = found;
  const told = await tell(ctx, topic, subscription, run.published);
  const delivered = await deliverOnce(ctx, topic, subscription, told);
  if (logsDeliveries(topic)) await logDeliveries(ctx, topic, [delivered], run.failures + 1);
  if (delivered.failure === undefined) return;
  await ctx.atomically(async (tx) => afterFailure(tx, topic, delivered, run.failures + 1));
}

export async function tell(
  ctx: Waiting,
  topic: TopicState,
  subscription: SubscriptionState,
  published: Published,
): Promise<Notification> {
  const signer = topic.fifo || !seesSignature(subscription) ? undefined : await signerOf(ctx);
  return notification(
    published,
    messageFor(published, subscription.protocol),
    signatureVersion(topic),
    signer,
  );
}

async function deliverOnce(
  ctx: Waiting,
  topic: TopicState,
  subscription: SubscriptionState,
  told: Notification,
): Promise<Delivered> {
  switch (subscription.protocol) {
    case "sqs":
      return (await deliverToQueue(ctx, subscription, [told]))[0]!;
    case "lambda":
      return (await deliverToFunction(ctx, subscription, [told]))[0]!;
    case "firehose":
      return (await deliverToFirehose(ctx, subscription, [told]))[0]!;
    default:
      return deliverOverHttp(ctx, topic, subscription, told);
  }
}

/** `failures`: with this one. */
export function afterFailure(
  tx: Transaction,
  topic: TopicState,
  { subscription, told, failure }: Delivered,
  failures: number,
): void {
  const { protocol, attributes, arn } = subscription;
  const policy = protocol.startsWith("http")
    ? httpDelivery(topic.attributes.DeliveryPolicy, attributes.DeliveryPolicy).retry
    : managedRetryPolicy;
  const delay = failure?.passing === true ? retryDelay(policy, failures) : undefined;
  const { published } = told;
  if (delay !== undefined) {
    tx.enqueue(deliver, { subscriptionArn: arn, published, failures }, { at: tx.now + delay * 1000 });
    return;
  }
  const queueArn = parseObject(attributes.RedrivePolicy ?? "")?.deadLetterTargetArn;
  if (typeof queueArn === "string") tx.enqueue(deadLetter, { queueArn, subscription, published });
}

async function sendDeadLetter(run: DeadLetterRun, ctx: Waiting): Promise<void> {
  const { subscription, published, queueArn } = run;
  const found = await ctx.atomically((tx) => findSubscription(tx, subscription.arn));
  if (found === undefined) return;
  const told = await tell(ctx, found.topic, subscription, published);
  const entry = entryFor(
    subscription,
    told,
    unsubscribeUrl(ctx.endpoint, subscription),
    queueArn.endsWith(".fifo"),
  );
  const [outcome] = await sendBatch(ctx, subscription.topicArn, queueArn, [entry]);
  // The job's own retries follow; a queue that is gone loses the message, as on AWS.
  if (outcome?.failure?.passing === true) throw new Error(outcome.failure.message);
}
