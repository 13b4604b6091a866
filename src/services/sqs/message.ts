// A stored message, and its two parts: what changes at every receive is kept
// in one small value; a long body stays where it was written.

import type { Transaction } from "../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../core/value.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import { messageKey } from "./messages/keys.ts";
import type { QueueState } from "./queue.ts";

export interface Content {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes?: MessageAttributes | undefined;
}

export interface Message {
  readonly id: string;
  /** Absent where it is kept apart. */
  readonly content?: Content;
  readonly senderId: string;
  readonly sentAt: number;
  readonly traceHeader?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** FIFO queues: 20 digits. */
  readonly sequenceNumber?: string | undefined;
  /** Over all queues it was in. */
  readonly receiveCount: number;
  /** From this queue. */
  readonly deliveries: number;
  readonly firstReceivedAt?: number;
  /** Of the receive that hides it now. */
  readonly receivedAt?: number;
  /** The ARN of the queue that gave it up. */
  readonly deadLetterSourceArn?: string;
}

export type WholeMessage = Message & { readonly content: Content };

/** Receives rewrite a message's value, so that longer content is better written once. */
const inlineLimit = 4096;

const contentKey = (tx: Transaction, queue: QueueState, id: string) => messageKey(tx, queue, "content", id);

/** Puts content that is long apart, and returns what the message's own value keeps. */
export function storeContent(tx: Transaction, queue: QueueState, message: WholeMessage): Message {
  const { content, ...rest } = message;
  if (lengthOf(content) <= inlineLimit) return message;
  tx.raw.put(contentKey(tx, queue, message.id), encodeValue(content, false));
  return rest;
}

export async function wholeMessage(
  tx: Transaction,
  queue: QueueState,
  message: Message,
): Promise<WholeMessage> {
  return { ...message, content: await contentOf(tx, queue, message) };
}

export async function contentOf(tx: Transaction, queue: QueueState, message: Message): Promise<Content> {
  if (message.content !== undefined) return message.content;
  const stored = await tx.raw.get(contentKey(tx, queue, message.id));
  if (stored === undefined) throw new Error(`The content of message ${message.id} is gone.`);
  return decodeValue<Content>(stored, false);
}

export function deleteContent(tx: Transaction, queue: QueueState, message: Message): void {
  if (message.content === undefined) tx.raw.delete(contentKey(tx, queue, message.id));
}

export function isExpired(queue: QueueState, message: Message, now: number): boolean {
  return message.sentAt + queue.retentionSeconds * 1000 <= now;
}

/** The next receive would be one too many: the message belongs to the dead-letter queue. */
export function isExhausted(queue: QueueState, message: Message): boolean {
  return queue.redrivePolicy !== undefined && message.deliveries >= queue.redrivePolicy.maxReceiveCount;
}

/** As the next receive leaves it. */
export function received<M extends Message>(message: M, now: number): M {
  return {
    ...message,
    receiveCount: message.receiveCount + 1,
    deliveries: message.deliveries + 1,
    firstReceivedAt: message.firstReceivedAt ?? now,
    receivedAt: now,
  };
}

function lengthOf({ body, attributes }: Content): number {
  return body.length + (attributes === undefined ? 0 : JSON.stringify(attributes).length);
}
