// One topic's messages to its subscriptions, a page of subscriptions at a time.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Notification, notification, signatureVersion } from "../messages/envelope.ts";
import { messageFor, type Published } from "../messages/published.ts";
import { type Signer, signerOf } from "../messages/signing.ts";
import { pushedAway } from "../mobile/push.ts";
import { protectOutbound } from "../protection/protect.ts";
import { isOptedOut } from "../sms/opt-out.ts";
import { logTextMessage } from "../sms/status-log.ts";
import { type Filtered, wants } from "../subscriptions/filter-policy.ts";
import { Subscription, type SubscriptionState } from "../subscriptions/subscription.ts";
import { parseArn, Topic, type TopicState } from "../topics/topic.ts";
import { keepsBack, putBack } from "./backlog.ts";
import { type Delivered, seesSignature } from "./delivered.ts";
import { deliverToFirehose } from "./firehose.ts";
import { deliverToFunction } from "./function.ts";
import { putSent } from "./outbox.ts";
import { outboxMessage } from "./outbox-message.ts";
import { deliverToQueue } from "./queue.ts";
import { afterFailure, deliver } from "./retry.ts";
import { logDeliveries, logsDeliveries } from "./status-log.ts";
import { nextSlot } from "./throttle.ts";

const pageSize = 500;

type Told = (published: Published, subscription: SubscriptionState) => Promise<Notification>;

export async function fanOutTopic(ctx: Waiting, messages: readonly Published[]): Promise<void> {
  const [first] = messages;
  const { name } = parseArn(first!.topicArn, "TopicArn");
  let cursor: string | undefined;
  let signer: Signer | undefined;
  let told: Told | undefined;
  do {
    const page = await ctx.atomically(async (tx) => {
      const topic = await tx.get(Topic, name);
      if (topic?.id !== first!.topicId) return undefined;
      return {
        topic,
        subscriptions: await tx.list(Subscription, { prefix: [topic.id], limit: pageSize, cursor }),
      };
    });
    if (page === undefined) return;
    const { topic, subscriptions } = page;
    if (signer === undefined && !topic.fifo && subscriptions.values.some(seesSignature)) {
      signer = await signerOf(ctx);
      told = undefined;
    }
    told ??= teller(topic, signer);
    await deliverPage(ctx, topic, subscriptions.values, messages, told);
    cursor = subscriptions.cursor;
  } while (cursor !== undefined);
}

/** Signs each text once, for all its subscribers, and not at all for those who do not see it. */
function teller(topic: TopicState, signer: Signer | undefined): Told {
  const known = new Map<Published, Map<string, Promise<Notification>>>();
  const version = signatureVersion(topic);
  return (published, subscription) => {
    const text = messageFor(published, subscription.protocol);
    const signed = seesSignature(subscription);
    const name = `${signed} ${text}`;
    const texts = known.get(published) ?? new Map<string, Promise<Notification>>();
    known.set(published, texts);
    let told = texts.get(name);
    if (told === undefined) {
      told = notification(published, text, version, signed ? signer : undefined);
      texts.set(name, told);
    }
    return told;
  };
}

async function deliverPage(
  ctx: Waiting,
  topic: TopicState,
  subscriptions: readonly SubscriptionState[],
  messages: readonly Published[],
  told: Told,
): Promise<void> {
  const seen: (Filtered & { readonly published: Published })[] = messages.map((published) => ({
    message: published.message,
    attributes: published.attributes,
    published,
  }));
  const later: ((tx: Transaction) => Promise<void>)[] = [];
  const delivered = await Promise.all(
    subscriptions.filter(hears).map(async (subscription): Promise<readonly Delivered[]> => {
      const { replayedThrough = "" } = subscription;
      const wanted = seen
        .filter(({ published }) => (published.sequenceNumber ?? "1") > replayedThrough)
        .filter((each) => wants(subscription, each))
        .flatMap(({ published }) => protectOutbound(topic, subscription, published) ?? []);
      if (wanted.length === 0) return [];
      const notifications = () => Promise.all(wanted.map((published) => told(published, subscription)));
      switch (subscription.protocol) {
        case "sqs":
          if (topic.fifo && (await keepsBack(ctx, subscription))) {
            later.push((tx) => putBack(tx, subscription, wanted));
            return [];
          }
          return deliverToQueue(ctx, subscription, await notifications());
        case "lambda":
          return deliverToFunction(ctx, subscription, await notifications());
        case "firehose":
          return deliverToFirehose(ctx, subscription, await notifications());
        case "http":
        case "https":
          later.push(async (tx) => {
            for (const published of wanted) {
              const at = await nextSlot(tx, topic, subscription);
              tx.enqueue(deliver, { subscriptionArn: subscription.arn, published, failures: 0 }, { at });
            }
          });
          return [];
        case "application": {
          const all = await notifications();
          later.push(async (tx) => {
            for (const each of all) await pushedAway(tx, ctx.endpoint, topic, subscription, each);
          });
          return [];
        }
        default: {
          const all = await notifications();
          later.push(async (tx) => {
            const text = subscription.protocol === "sms";
            const optedOut = text && (await isOptedOut(tx, subscription.endpoint));
            for (const each of all) {
              const sent = outboxMessage(ctx.endpoint, topic, subscription, each);
              if (!optedOut) await putSent(tx, sent);
              if (text) await logTextMessage(tx, { ...sent, topicName: topic.name, optedOut });
            }
          });
          return [];
        }
      }
    }),
  );
  const all = delivered.flat();
  if (logsDeliveries(topic)) await logDeliveries(ctx, topic, all);
  const failed = all.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0 && later.length === 0) return;
  await ctx.atomically(async (tx) => {
    for (const each of later) await each(tx);
    await settleFailures(tx, topic, failed);
  });
}

/** While old messages are replayed to a subscription, the replay brings it the new ones as well. */
function hears({ confirmed, replayStatus }: SubscriptionState): boolean {
  return confirmed && replayStatus !== "Pending" && replayStatus !== "In progress";
}

/** In a FIFO topic whatever follows a failure that may pass waits for it. */
async function settleFailures(
  tx: Transaction,
  topic: TopicState,
  failed: readonly Delivered[],
): Promise<void> {
  const held = new Map<SubscriptionState, Published[]>();
  for (const each of failed) {
    if (topic.fifo && each.failure?.passing === true) {
      const others = held.get(each.subscription);
      if (others === undefined) held.set(each.subscription, [each.told.published]);
      else others.push(each.told.published);
    } else afterFailure(tx, topic, each, 1);
  }
  for (const [subscription, published] of held) await putBack(tx, subscription, published);
}
