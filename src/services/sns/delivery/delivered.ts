// What delivering comes to, whatever the protocol.

import { servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { Failure } from "./failure.ts";

export interface Delivered {
  readonly subscription: SubscriptionState;
  readonly told: Notification;
  /** Undefined where the endpoint has it. */
  readonly failure: Failure | undefined;
  /** What the endpoint answered, for the delivery status log. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  readonly statusCode?: number | undefined;
}

/** SNS on behalf of a topic: what the policies of queues and functions hear. */
export function onBehalfOf(ctx: Waiting, topicArn: string): Waiting {
  return ctx.as(servicePrincipal("sns.amazonaws.com", topicArn.split(":")[4] ?? "", topicArn));
}

export function isRaw(subscription: SubscriptionState): boolean {
  return subscription.attributes.RawMessageDelivery === "true";
}

const unsignedProtocols = new Set(["sms", "application", "email"]);

/** Whether the endpoint sees an envelope, and so its signature. */
export function seesSignature(subscription: SubscriptionState): boolean {
  return !isRaw(subscription) && !unsignedProtocols.has(subscription.protocol);
}

/** Where nobody but the endpoint knows the ARN, knowing it is enough to unsubscribe. */
export function unsubscribeUrl(endpoint: string, subscription: SubscriptionState): string {
  return `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}&Version=2010-03-31`;
}
