// SendMessage and SendMessageBatch.

import { hash } from "node:crypto";
import { type Fault, fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from "../../../model/generated/sqs.d.ts";
import { checkBatch, runBatch } from "../batch.ts";
import { invalidParameter, invalidValue, missingParameter, sqs } from "../faults.ts";
import { encodeContent, type Message } from "../message.ts";
import {
  type MessageAttributes,
  md5OfAttributes,
  parseMessageAttributes,
  sizeOf,
} from "../message-attributes.ts";
import { recall, remember, type Subject } from "../messages/memory.ts";
import { messagesOf } from "../messages/store.ts";
import { openQueue, type QueueState } from "../queue.ts";

type Entry = Omit<SendMessageRequest, "QueueUrl">;

type Sent = SendMessageResult & { readonly MessageId: string; readonly MD5OfMessageBody: string };

const longestDelaySeconds = 900;
const largestBatchBytes = 1_048_576;

export async function sendMessage(
  input: SendMessageRequest,
  caller: Transaction,
): Promise<SendMessageResult> {
  const { queue, tx } = await openQueue(caller, input.QueueUrl, "SendMessage");
  return send(tx, queue, input);
}

export async function sendMessageBatch(
  { QueueUrl, Entries }: SendMessageBatchRequest,
  caller: Transaction,
): Promise<SendMessageBatchResult> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "SendMessage");
  checkBatch(Entries, "SendMessageBatchRequestEntry");
  const size = Entries.reduce((sum, entry) => sum + sizeOfEntry(entry), 0);
  if (size > largestBatchBytes) {
    throw fault(
      sqs,
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${largestBatchBytes} bytes. You have sent ${size} bytes.`,
    );
  }
  return runBatch(Entries, async (entry) => ({ Id: entry.Id, ...(await send(tx, queue, entry)) }));
}

/** Everything is checked before anything is written: an entry of a batch fails alone. */
async function send(tx: Transaction, queue: QueueState, entry: Entry): Promise<Sent> {
  const { MessageBody: body, MessageGroupId: groupId } = entry;
  checkBody(body);
  const attributes = parseMessageAttributes(entry.MessageAttributes);
  const systemAttributes = parseSystemAttributes(entry.MessageSystemAttributes);
  if (sizeOfEntry(entry) > queue.maximumMessageBytes) {
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`,
    );
  }
  const delaySeconds = delayOf(queue, entry);
  const deduplicationId = deduplicationIdOf(queue, entry);
  checkToken("MessageGroupId", groupId);

  const digests = {
    MD5OfMessageBody: hash("md5", body),
    ...(attributes && { MD5OfMessageAttributes: md5OfAttributes(attributes) }),
    ...(systemAttributes && { MD5OfMessageSystemAttributes: md5OfAttributes(systemAttributes) }),
  };
  const subject = deduplicationSubject(queue, groupId, deduplicationId);
  const first = subject && (await recall<SentBefore>(tx, queue, subject));
  // The first of two duplicates answers for both, even if it has been deleted since.
  if (first !== undefined) return { ...digests, ...first };

  const message: Message = {
    id: tx.ids.uuid(),
    senderId: tx.principal.userId,
    sentAt: tx.now,
    traceHeader: systemAttributes?.AWSTraceHeader?.text ?? tx.traceHeader,
    groupId,
    deduplicationId,
    receiveCount: 0,
    deliveries: 0,
  };
  const content = encodeContent({ body, md5OfBody: digests.MD5OfMessageBody, attributes });
  const stored = await messagesOf(queue).add(tx, queue, message, content, tx.now + delaySeconds * 1000);
  const sent: SentBefore = {
    MessageId: stored.id,
    ...(stored.sequenceNumber !== undefined && { SequenceNumber: stored.sequenceNumber }),
  };
  if (subject !== undefined) await remember(tx, queue, subject, sent);
  return { ...digests, ...sent };
}

interface SentBefore {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

function checkBody(body: string): void {
  if (body === "") throw missingParameter("MessageBody");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  const strange = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.exec(body)?.[0];
  if (strange === undefined) return;
  throw fault(
    sqs,
    "InvalidMessageContents",
    `Invalid binary character '#x${strange.codePointAt(0)?.toString(16)}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
  );
}

function parseSystemAttributes(given: Entry["MessageSystemAttributes"]): MessageAttributes | undefined {
  for (const name of Object.keys(given ?? {})) {
    if (name !== "AWSTraceHeader") {
      throw invalidValue(`Message system attribute name '${name}' is invalid.`);
    }
  }
  if (given?.AWSTraceHeader && given.AWSTraceHeader.DataType !== "String") {
    throw invalidValue("The message system attribute 'AWSTraceHeader' must be of type 'String'.");
  }
  return parseMessageAttributes(given);
}

function sizeOfEntry({ MessageBody, MessageAttributes }: Entry): number {
  return Buffer.byteLength(MessageBody) + sizeOf(MessageAttributes);
}

function delayOf(queue: QueueState, { DelaySeconds: delay }: Entry): number {
  if (delay === undefined) return queue.delaySeconds;
  if (queue.fifo && delay !== 0) throw notForThisQueue("DelaySeconds", delay);
  if (delay < 0 || delay > longestDelaySeconds) {
    throw invalidParameter("DelaySeconds", delay, `DelaySeconds must be >= 0 and <= ${longestDelaySeconds}.`);
  }
  return queue.fifo ? queue.delaySeconds : delay;
}

/** Undefined in a standard queue, which knows no deduplication. */
function deduplicationIdOf(queue: QueueState, entry: Entry): string | undefined {
  const { MessageDeduplicationId: given, MessageGroupId, MessageBody } = entry;
  if (!queue.fifo) {
    if (given !== undefined) throw notForThisQueue("MessageDeduplicationId", given);
    return undefined;
  }
  if (MessageGroupId === undefined) throw missingParameter("MessageGroupId");
  checkToken("MessageDeduplicationId", given);
  if (given !== undefined) return given;
  if (queue.contentBasedDeduplication) return hash("sha256", MessageBody);
  throw invalidValue(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function deduplicationSubject(
  queue: QueueState,
  groupId: string | undefined,
  id: string | undefined,
): Subject | undefined {
  if (id === undefined) return undefined;
  return ["deduplication", queue.deduplicationScope === "messageGroup" ? (groupId ?? "") : "", id];
}

function checkToken(name: string, value: string | undefined): void {
  if (value === undefined || /^[\x21-\x7e]{1,128}$/.test(value)) return;
  throw invalidParameter(
    name,
    value,
    `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function notForThisQueue(name: string, value: string | number): Fault {
  return invalidParameter(
    name,
    value,
    "The request include parameter that is not valid for this queue type.",
  );
}
