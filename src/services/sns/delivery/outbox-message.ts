// A notification as mail, text message or push notification.

import { envelopeFor, type Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";
import { unsubscribeUrl } from "./delivered.ts";
import type { SentMessage } from "./outbox.ts";

const defaultSubject = "AWS Notification Message";

export function outboxMessage(
  endpoint: string,
  topic: TopicState,
  subscription: SubscriptionState,
  told: Notification,
): SentMessage {
  const { published, text } = told;
  const { protocol, endpoint: to, arn, topicArn } = subscription;
  const url = unsubscribeUrl(endpoint, subscription);
  const common = {
    to,
    messageId: published.messageId,
    topicArn,
    subscriptionArn: arn,
    attributes: published.attributes,
  };
  const subject = published.subject ?? defaultSubject;
  switch (protocol) {
    case "email":
      return {
        ...common,
        protocol,
        subject,
        body: `${text}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${url}\n`,
      };
    case "email-json":
      return { ...common, protocol, subject, body: envelopeFor(told, url) };
    case "sms": {
      const name = topic.attributes.DisplayName;
      return { ...common, protocol, body: name ? `${name}> ${text}` : text };
    }
    default:
      return { ...common, protocol: "application", body: text };
  }
}
