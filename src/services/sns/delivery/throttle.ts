// `maxReceivesPerSecond` of a delivery policy: each first delivery over HTTP gets
// the next free moment. Only the fan-out asks, one batch at a time.

import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import { isObject, parseObject } from "../faults.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";

export async function nextSlot(
  tx: Transaction,
  topic: TopicState,
  subscription: SubscriptionState,
): Promise<number> {
  const rate = ratePerSecond(topic.attributes.DeliveryPolicy, subscription.attributes.DeliveryPolicy);
  if (rate === undefined) return tx.now;
  const key = tx.key("sns", "throttle", subscription.id);
  const stored = await tx.raw.get(key);
  const free = stored === undefined ? 0 : decodeValue<{ readonly at: number }>(stored, false).at;
  const at = Math.max(free, tx.now);
  tx.raw.put(key, encodeValue({ at: at + 1000 / rate }, false));
  return at;
}

function ratePerSecond(topicPolicy: string | undefined, ownPolicy: string | undefined): number | undefined {
  if (topicPolicy === undefined && ownPolicy === undefined) return undefined;
  const http = parseObject(topicPolicy ?? "")?.http;
  const general = isObject(http) ? http : {};
  const own =
    general.disableSubscriptionOverrides === true ? undefined : parseObject(ownPolicy ?? "")?.throttlePolicy;
  const policy = own ?? general.defaultThrottlePolicy;
  return isObject(policy) ? Number(policy.maxReceivesPerSecond) : undefined;
}
