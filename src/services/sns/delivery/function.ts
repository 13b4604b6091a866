// Delivery to functions: asynchronous invocations, a record each.

import type { Waiting } from "../../../core/waiting.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { functionRecord, type Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import { type Delivered, onBehalfOf, unsubscribeUrl } from "./delivered.ts";
import { failureOf } from "./failure.ts";

const lambda = modelOf<Lambda>("lambda");

export async function deliverToFunction(
  ctx: Waiting,
  subscription: SubscriptionState,
  told: readonly Notification[],
): Promise<readonly Delivered[]> {
  const [, , , region = "", account = ""] = subscription.endpoint.split(":");
  const there = onBehalfOf(ctx, subscription.topicArn).at({ account, region });
  const url = unsubscribeUrl(ctx.endpoint, subscription);
  const delivered: Delivered[] = [];
  for (const each of told) {
    try {
      const { StatusCode } = await there.traced(each.published.traceHeader).call(lambda, "Invoke", {
        FunctionName: subscription.endpoint,
        InvocationType: "Event",
        Payload: Buffer.from(functionEvent(subscription, each, url)),
      });
      delivered.push({ subscription, told: each, failure: undefined, statusCode: StatusCode });
    } catch (error) {
      delivered.push({ subscription, told: each, failure: failureOf(error) });
    }
  }
  return delivered;
}

function functionEvent(subscription: SubscriptionState, told: Notification, url: string): string {
  return JSON.stringify({
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        Sns: functionRecord(told, url),
      },
    ],
  });
}
