// Delivery over HTTP: one POST, with the headers that tell what it is.
// https://docs.aws.amazon.com/sns/latest/dg/http-header.html

import { WebError } from "../../../core/ports/web.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { envelopeFor, type Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";
import { type Delivered, isRaw, unsubscribeUrl } from "./delivered.ts";
import { httpDelivery } from "./delivery-policy.ts";
import type { Failure } from "./failure.ts";

const timeoutMilliseconds = 15_000;

export async function deliverOverHttp(
  ctx: Waiting,
  topic: TopicState,
  subscription: SubscriptionState,
  told: Notification,
): Promise<Delivered> {
  const raw = isRaw(subscription);
  const { contentType } = httpDelivery(
    topic.attributes.DeliveryPolicy,
    subscription.attributes.DeliveryPolicy,
  );
  const posted = await post(ctx, subscription, {
    type: "Notification",
    messageId: told.published.messageId,
    contentType,
    raw,
    body: raw ? told.text : envelopeFor(told, unsubscribeUrl(ctx.endpoint, subscription)),
  });
  return { subscription, told, ...posted };
}

export interface Posted {
  readonly type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly messageId: string;
  readonly contentType?: string;
  readonly raw?: boolean;
  readonly body: string;
}

export async function post(
  ctx: Waiting,
  subscription: SubscriptionState,
  posted: Posted,
): Promise<Pick<Delivered, "failure" | "statusCode">> {
  const address = new URL(subscription.endpoint);
  const authorization =
    address.username === ""
      ? undefined
      : `Basic ${Buffer.from(`${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`).toString("base64")}`;
  address.username = "";
  address.password = "";
  try {
    const { status } = await ctx.fetch({
      method: "POST",
      url: address.href,
      headers: {
        "x-amz-sns-message-type": posted.type,
        "x-amz-sns-message-id": posted.messageId,
        "x-amz-sns-topic-arn": subscription.topicArn,
        ...(posted.type !== "SubscriptionConfirmation" && { "x-amz-sns-subscription-arn": subscription.arn }),
        ...(posted.raw === true && { "x-amz-sns-rawdelivery": "true" }),
        "content-type": posted.contentType ?? "text/plain; charset=UTF-8",
        "user-agent": "Amazon Simple Notification Service Agent",
        ...(authorization !== undefined && { authorization }),
      },
      body: posted.body,
      timeoutMilliseconds,
    });
    if (status >= 200 && status < 300) return { failure: undefined, statusCode: status };
    // The client's own errors are for good, but for the one that says to come again.
    const passing = status >= 500 || status === 429 || status < 200;
    return { failure: failure(status, `Endpoint answered ${status}`, passing), statusCode: status };
  } catch (error) {
    if (!(error instanceof WebError)) throw error;
    return { failure: failure(0, error.message, true) };
  }
}

function failure(statusCode: number, message: string, passing: boolean): Failure {
  return { code: "EndpointFailure", message, statusCode, passing };
}
