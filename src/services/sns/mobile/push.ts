// Push notifications of a topic, into the outbox of whoever owns the device's
// endpoint. One that is gone or switched off gets none.

import type { Transaction } from "../../../core/transaction.ts";
import { putSent } from "../delivery/outbox.ts";
import { outboxMessage } from "../delivery/outbox-message.ts";
import type { Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";
import { findEndpoint, isEnabled } from "./platform-endpoint.ts";
import { messageForPlatform } from "./publish.ts";

export async function pushedAway(
  caller: Transaction,
  address: string,
  topic: TopicState,
  subscription: SubscriptionState,
  told: Notification,
): Promise<void> {
  const [, , , region = "", account = ""] = subscription.endpoint.split(":");
  const tx = caller.at({ account, region });
  const endpoint = await findEndpoint(tx, subscription.endpoint);
  if (endpoint === undefined || !isEnabled(endpoint)) return;
  const message = outboxMessage(address, topic, subscription, told);
  await putSent(tx, { ...message, body: messageForPlatform(told.published, endpoint.platform) });
}
