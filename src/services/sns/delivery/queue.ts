// Delivery to queues, ten messages to a request.

import type { Waiting } from "../../../core/waiting.ts";
import type { SendMessageBatchRequestEntry, Sqs } from "../../../model/generated/sqs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { envelopeFor, type Notification } from "../messages/envelope.ts";
import { queueAttributes } from "../messages/message-attributes.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import { type Delivered, isRaw, onBehalfOf, unsubscribeUrl } from "./delivered.ts";
import { failureOf } from "./failure.ts";

const sqs = modelOf<Sqs>("sqs");

const mostEntries = 10;
const largestBatchBytes = 1_000_000;

export type QueueEntry = Omit<SendMessageBatchRequestEntry, "Id">;

/** In order. What follows a failure that may pass is not tried where the order counts. */
export async function deliverToQueue(
  ctx: Waiting,
  subscription: SubscriptionState,
  told: readonly Notification[],
): Promise<readonly Delivered[]> {
  const url = unsubscribeUrl(ctx.endpoint, subscription);
  const fifo = subscription.endpoint.endsWith(".fifo");
  const delivered: Delivered[] = [];
  for (const batch of batches(
    told.map((each) => ({ told: each, entry: entryFor(subscription, each, url, fifo) })),
  )) {
    const outcomes = await sendBatch(
      ctx,
      subscription.topicArn,
      subscription.endpoint,
      batch.map(({ entry }) => entry),
    );
    for (const [at, { told: each }] of batch.entries()) {
      delivered.push({ subscription, told: each, ...outcomes[at]! });
    }
    if (fifo && outcomes.some(({ failure }) => failure?.passing === true)) {
      const failure = outcomes.find((each) => each.failure?.passing === true)?.failure;
      for (const each of told.slice(delivered.length)) delivered.push({ subscription, told: each, failure });
      break;
    }
  }
  return delivered;
}

export type QueueOutcome = Pick<Delivered, "failure" | "response" | "statusCode">;

export async function sendBatch(
  ctx: Waiting,
  topicArn: string,
  queueArn: string,
  entries: readonly QueueEntry[],
): Promise<readonly QueueOutcome[]> {
  const [, , , region = "", account = "", name = ""] = queueArn.split(":");
  try {
    const answer = await onBehalfOf(ctx, topicArn)
      .at({ account, region })
      .call(sqs, "SendMessageBatch", {
        QueueUrl: `${ctx.endpoint}/${account}/${name}`,
        Entries: entries.map((entry, at) => ({ Id: String(at), ...entry })),
      });
    const outcomes: QueueOutcome[] = entries.map(() => ({ failure: undefined }));
    for (const { Id, MessageId } of answer.Successful ?? []) {
      outcomes[Number(Id)] = { failure: undefined, response: { sqsMessageId: MessageId }, statusCode: 200 };
    }
    for (const { Id, Code, Message = "", SenderFault } of answer.Failed ?? []) {
      const failure = {
        code: Code,
        message: Message,
        statusCode: SenderFault ? 400 : 500,
        passing: !SenderFault,
      };
      outcomes[Number(Id)] = { failure };
    }
    return outcomes;
  } catch (error) {
    const failure = failureOf(error);
    return entries.map(() => ({ failure }));
  }
}

/** `fifo`: of the queue, which a topic of either kind may have. */
export function entryFor(
  subscription: SubscriptionState,
  told: Notification,
  url: string,
  fifo: boolean,
): QueueEntry {
  const { published, text } = told;
  const { attributes, groupId, deduplicationId, traceHeader } = published;
  const raw = isRaw(subscription);
  return {
    MessageBody: raw ? text : envelopeFor(told, url),
    ...(raw && attributes !== undefined && { MessageAttributes: queueAttributes(attributes) }),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(fifo && deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(traceHeader !== undefined && {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
    }),
  };
}

interface Entered {
  readonly told: Notification;
  readonly entry: QueueEntry;
}

function* batches(entered: readonly Entered[]): Generator<readonly Entered[]> {
  let batch: Entered[] = [];
  let bytes = 0;
  for (const each of entered) {
    const size = 2 * each.entry.MessageBody.length;
    if (batch.length === mostEntries || (batch.length > 0 && bytes + size > largestBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(each);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
