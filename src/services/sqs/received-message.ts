// A message as ReceiveMessage shows it: with the attributes asked for, and no
// others.

import type { Message as MessageShape } from "../../model/generated/sqs.d.ts";
import { unknownAttribute } from "./faults.ts";
import type { Message } from "./message.ts";
import { md5OfAttributes, selectAttributes, showAttributes } from "./message-attributes.ts";
import type { Received } from "./messages/store.ts";

/** What a receive asked for. */
export interface Shown {
  readonly systemAttributes: readonly string[];
  readonly attributes: readonly string[];
}

const systemAttributes: Readonly<Record<string, (message: Message) => string | number | undefined>> = {
  SenderId: (message) => message.senderId,
  SentTimestamp: (message) => message.sentAt,
  ApproximateReceiveCount: (message) => message.receiveCount,
  ApproximateFirstReceiveTimestamp: (message) => message.firstReceivedAt,
  SequenceNumber: (message) => message.sequenceNumber,
  MessageDeduplicationId: (message) => message.deduplicationId,
  MessageGroupId: (message) => message.groupId,
  AWSTraceHeader: (message) => message.traceHeader,
  DeadLetterQueueSourceArn: (message) => message.deadLetterSourceArn,
};

/** Names that the model lists for queues, and that the parameter is said to take, though no message has them. */
const otherNames = new Set(["All", "SqsManagedSseEnabled"]);

export function checkSystemAttributeNames(names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (!Object.hasOwn(systemAttributes, name) && !otherNames.has(name)) throw unknownAttribute(name);
  }
  return names.includes("All") ? Object.keys(systemAttributes) : names;
}

export function showMessage({ message, content, receiptHandle }: Received, shown: Shown): MessageShape {
  let system: Record<string, string> | undefined;
  for (const name of shown.systemAttributes) {
    const value = systemAttributes[name]?.(message);
    if (value === undefined) continue;
    system ??= {};
    system[name] = value.toString();
  }
  // The digest is of the attributes that are returned, for the client to check.
  const selected = selectAttributes(content.attributes, shown.attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: content.md5OfBody,
    Body: content.body,
    ...(system && { Attributes: system }),
    ...(selected && {
      MessageAttributes: showAttributes(selected),
      MD5OfMessageAttributes: md5OfAttributes(selected),
    }),
  };
}
