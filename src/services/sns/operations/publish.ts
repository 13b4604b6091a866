// Publish and PublishBatch.

import { Fault, fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  BatchResultErrorEntry,
  PublishBatchInput,
  PublishBatchRequestEntry,
  PublishBatchResponse,
  PublishBatchResultEntry,
  PublishInput,
  PublishResponse,
} from "../../../model/generated/sns.d.ts";
import { putOutgoing } from "../delivery/outgoing.ts";
import { invalidParameter, sns } from "../faults.ts";
import { archive } from "../messages/archive.ts";
import {
  deduplicationIdOf,
  deduplicationSubject,
  nextSequenceNumber,
  recall,
  remember,
} from "../messages/fifo.ts";
import { parseMessageAttributes, sizeOf } from "../messages/message-attributes.ts";
import { checkSubject, largestMessageBytes, type Published, parseStructure } from "../messages/published.ts";
import { publishToEndpoint } from "../mobile/publish.ts";
import { auditMessage } from "../protection/audit.ts";
import { deniedByDataProtection, protectInbound } from "../protection/protect.ts";
import { publishToPhone } from "../sms/publish.ts";
import { checkKey, withKey } from "../topics/encryption.ts";
import { openTopic, type TopicState } from "../topics/topic.ts";

type Entry = Omit<PublishBatchRequestEntry, "Id">;

const mostEntries = 10;

export async function publish(input: PublishInput, ctx: Waiting): Promise<PublishResponse> {
  return withKey(ctx, (tx, usableKey) => publishOne(input, tx, usableKey));
}

async function publishOne(
  input: PublishInput,
  caller: Transaction,
  usableKey: string | undefined,
): Promise<PublishResponse> {
  const { TopicArn, TargetArn, PhoneNumber } = input;
  const given = [TopicArn, TargetArn, PhoneNumber].filter((each) => each !== undefined);
  if (given.length === 0) {
    throw invalidParameter("TopicArn or TargetArn", "no value for required parameter");
  }
  if (given.length > 1) {
    throw invalidParameter(
      PhoneNumber === undefined ? "TargetArn and TopicArn" : "PhoneNumber and TopicArn or TargetArn",
      "Only one of the parameters may be set",
    );
  }
  if (PhoneNumber !== undefined) return publishToPhone(caller, PhoneNumber, input);
  const arn = TopicArn ?? TargetArn!;
  if (TargetArn !== undefined && isEndpointArn(TargetArn)) return publishToEndpoint(caller, TargetArn, input);
  const { topic, tx } = await openTopic(
    caller,
    arn,
    "Publish",
    TopicArn === undefined ? "TargetArn" : "TopicArn",
  );
  checkKey(topic, usableKey);
  return publishToTopic(tx, topic, input);
}

export async function publishBatch(input: PublishBatchInput, ctx: Waiting): Promise<PublishBatchResponse> {
  return withKey(ctx, (tx, usableKey) => publishAll(input, tx, usableKey));
}

async function publishAll(
  { TopicArn, PublishBatchRequestEntries: entries }: PublishBatchInput,
  caller: Transaction,
  usableKey: string | undefined,
): Promise<PublishBatchResponse> {
  const { topic, tx } = await openTopic(caller, TopicArn, "Publish");
  checkKey(topic, usableKey);
  checkBatch(entries);
  const Successful: PublishBatchResultEntry[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...(await publishToTopic(tx, topic, entry)) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw fault(sns, "EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (entries.length > mostEntries) {
    throw fault(
      sns,
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw fault(
        sns,
        "InvalidBatchEntryId",
        "The Id of a batch entry in a batch request doesn't abide by the specification.",
      );
    }
    if (seen.has(Id)) {
      throw fault(
        sns,
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.",
      );
    }
    seen.add(Id);
  }
  const size = entries.reduce((sum, entry) => sum + sizeOfEntry(entry), 0);
  if (size > largestMessageBytes) {
    throw fault(
      sns,
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit.",
    );
  }
}

/** Everything is checked before anything is written: an entry of a batch fails alone. `tx` looks at the topic's account. */
export async function publishToTopic(
  tx: Transaction,
  topic: TopicState,
  entry: Entry,
): Promise<PublishResponse> {
  const { Message, Subject, MessageGroupId: groupId } = entry;
  if (Message === "") throw invalidParameter("Empty message");
  if (sizeOfEntry(entry) > largestMessageBytes) throw invalidParameter("Message too long");
  checkSubject(Subject);
  const attributes = parseMessageAttributes(entry.MessageAttributes);
  const deduplicationId = deduplicationIdOf(topic, entry);
  const message = protectInbound(topic, tx.principal, Message);
  if (message === undefined) throw deniedByDataProtection(tx.principal, topic);
  const byProtocol = parseStructure(entry.MessageStructure, message);

  const subject =
    topic.fifo && deduplicationId !== undefined
      ? deduplicationSubject(topic, groupId, deduplicationId)
      : undefined;
  // The first of two duplicates answers for both.
  const first = subject && (await recall(tx, topic, subject));
  if (first !== undefined) return first;

  const messageId = tx.ids.uuid();
  auditMessage(tx, topic, messageId, Message);
  const sequenceNumber = topic.fifo ? await nextSequenceNumber(tx, topic) : undefined;
  const published: Published = {
    topicArn: topic.arn,
    topicId: topic.id,
    messageId,
    at: tx.now,
    message,
    byProtocol,
    subject: Subject,
    attributes,
    groupId,
    deduplicationId,
    sequenceNumber,
    traceHeader: tx.traceHeader,
  };
  putOutgoing(tx, published);
  if (sequenceNumber === undefined) return { MessageId: messageId };
  const answer = { MessageId: messageId, SequenceNumber: sequenceNumber };
  if (subject !== undefined) await remember(tx, topic, subject, answer);
  await archive(tx, topic, published);
  return answer;
}

function sizeOfEntry({ Message, MessageAttributes }: Entry): number {
  return Buffer.byteLength(Message) + sizeOf(MessageAttributes);
}

function isEndpointArn(arn: string): boolean {
  return /^arn:aws:sns:[^:]+:\d{12}:endpoint\//.test(arn);
}
