// Delivery to Firehose streams, under the role that the subscription names.

import type { Waiting } from "../../../core/waiting.ts";
import type { Firehose } from "../../../model/generated/firehose.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { envelopeFor, type Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import { type Delivered, isRaw, onBehalfOf, unsubscribeUrl } from "./delivered.ts";
import { failureOf } from "./failure.ts";

const firehose = modelOf<Firehose>("firehose");

export async function deliverToFirehose(
  ctx: Waiting,
  subscription: SubscriptionState,
  told: readonly Notification[],
): Promise<readonly Delivered[]> {
  const [, , , region = "", account = "", resource = ""] = subscription.endpoint.split(":");
  const role = subscription.attributes.SubscriptionRoleArn;
  const acting = role === undefined ? onBehalfOf(ctx, subscription.topicArn) : ctx.asRole(role, "sns");
  const there = acting.at({ account, region });
  const url = unsubscribeUrl(ctx.endpoint, subscription);
  const delivered: Delivered[] = [];
  for (const each of told) {
    // Records stand beside each other in one file: AWS ends each with a line feed, and keeps an envelope on one line.
    const text = isRaw(subscription) ? each.text : JSON.stringify(JSON.parse(envelopeFor(each, url)));
    try {
      const { RecordId } = await there.call(firehose, "PutRecord", {
        DeliveryStreamName: resource.slice(resource.indexOf("/") + 1),
        Record: { Data: Buffer.from(`${text}\n`) },
      });
      delivered.push({
        subscription,
        told: each,
        failure: undefined,
        statusCode: 200,
        response: { RecordId },
      });
    } catch (error) {
      delivered.push({ subscription, told: each, failure: failureOf(error) });
    }
  }
  return delivered;
}
