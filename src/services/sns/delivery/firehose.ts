// Delivery to Firehose streams, under the role that the subscription names, as
// many messages to a request as Firehose takes.

import type { Waiting } from "../../../core/waiting.ts";
import type { Firehose, PutRecordBatchResponseEntry } from "../../../model/generated/firehose.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { envelopeFor, type Notification } from "../messages/envelope.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import { type Delivered, isRaw, onBehalfOf, unsubscribeUrl } from "./delivered.ts";
import { failureOf, isPassing } from "./failure.ts";

const firehose = modelOf<Firehose>("firehose");

const mostRecords = 500;
const largestBatchBytes = 4_000_000;

interface Line {
  readonly told: Notification;
  readonly data: Uint8Array;
}

export async function deliverToFirehose(
  ctx: Waiting,
  subscription: SubscriptionState,
  told: readonly Notification[],
): Promise<readonly Delivered[]> {
  const delivered: Delivered[] = [];
  const url = unsubscribeUrl(ctx.endpoint, subscription);
  const lines = told.map((each): Line => ({ told: each, data: lineOf(subscription, each, url) }));
  for (const batch of batches(lines)) delivered.push(...(await putBatch(ctx, subscription, batch)));
  return delivered;
}

/** Records stand beside each other in one file: AWS ends each with a line feed, and keeps an envelope on one line. */
function lineOf(subscription: SubscriptionState, told: Notification, url: string): Uint8Array {
  const text = isRaw(subscription) ? told.text : JSON.stringify(JSON.parse(envelopeFor(told, url)));
  return Buffer.from(`${text}\n`);
}

async function putBatch(
  ctx: Waiting,
  subscription: SubscriptionState,
  batch: readonly Line[],
): Promise<readonly Delivered[]> {
  const [, , , region = "", account = "", resource = ""] = subscription.endpoint.split(":");
  const role = subscription.attributes.SubscriptionRoleArn;
  const acting = role === undefined ? onBehalfOf(ctx, subscription.topicArn) : ctx.asRole(role, "sns");
  try {
    const { RequestResponses } = await acting.at({ account, region }).call(firehose, "PutRecordBatch", {
      DeliveryStreamName: resource.slice(resource.indexOf("/") + 1),
      Records: batch.map(({ data }) => ({ Data: data })),
    });
    return batch.map(({ told }, at) => ({ subscription, told, ...outcomeOf(RequestResponses[at] ?? {}) }));
  } catch (error) {
    const failure = failureOf(error);
    return batch.map(({ told }) => ({ subscription, told, failure }));
  }
}

function outcomeOf({ RecordId, ErrorCode: code, ErrorMessage: message = "" }: PutRecordBatchResponseEntry) {
  if (code === undefined) return { failure: undefined, statusCode: 200, response: { RecordId } };
  return { failure: { code, message, statusCode: 500, passing: isPassing(code) } };
}

function* batches(lines: readonly Line[]): Generator<readonly Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (batch.length === mostRecords || (batch.length > 0 && bytes + line.data.length > largestBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.data.length;
  }
  if (batch.length > 0) yield batch;
}
