// A stored message. Its value is two lines of JSON: what every receive changes,
// and the content, which nobody changes and most need not read. Long content is
// kept under its own key, so that receives do not write it again.

import type { Key } from "../../core/ports/store.ts";
import type { Transaction } from "../../core/transaction.ts";
import { decodeValue, encodeValue, textOf } from "../../core/value.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import { messageKey } from "./messages/keys.ts";
import type { QueueState } from "./queue.ts";

export interface Message {
  readonly id: string;
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

export interface Content {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes?: MessageAttributes | undefined;
}

/** A message as its key holds it. */
export interface Stored<M extends Message> {
  readonly message: M;
  /** Encoded; undefined where it is kept apart. */
  readonly content: Uint8Array | undefined;
}

const inlineLimit = 4096;
const lineEnd = 0x0a;

const contentKey = (tx: Transaction, queue: QueueState, id: string): Key =>
  messageKey(tx, queue, "content", id);

export function encodeContent(content: Content): Uint8Array {
  return encodeValue(content, false);
}

export function decodeContent(bytes: Uint8Array): Content {
  return decodeValue<Content>(bytes, false);
}

/** Writes a new message, and its content beside it or apart. */
export function putNew(
  tx: Transaction,
  queue: QueueState,
  key: Key,
  message: Message,
  content: Uint8Array,
): void {
  const inline = content.length <= inlineLimit;
  if (!inline) tx.raw.put(contentKey(tx, queue, message.id), content);
  putMessage(tx, key, { message, content: inline ? content : undefined });
}

export function putMessage(tx: Transaction, key: Key, { message, content }: Stored<Message>): void {
  const line = JSON.stringify(message);
  const length = Buffer.byteLength(line);
  const value = Buffer.allocUnsafe(content === undefined ? length : length + 1 + content.length);
  value.write(line);
  if (content !== undefined) {
    value[length] = lineEnd;
    value.set(content, length + 1);
  }
  tx.raw.put(key, value);
}

export function decodeMessage<M extends Message>(value: Uint8Array): Stored<M> {
  // JSON has no line end of its own: those of strings are escaped.
  const end = value.indexOf(lineEnd);
  if (end < 0) return { message: decodeValue<M>(value, false), content: undefined };
  return { message: JSON.parse(textOf(value, 0, end)) as M, content: value.subarray(end + 1) };
}

/** The content, encoded, wherever it is kept. */
export async function contentBytes(
  tx: Transaction,
  queue: QueueState,
  { message, content }: Stored<Message>,
): Promise<Uint8Array> {
  const found = content ?? (await tx.raw.get(contentKey(tx, queue, message.id)));
  if (found === undefined) throw new Error(`The content of message ${message.id} is gone.`);
  return found;
}

export async function contentOf(
  tx: Transaction,
  queue: QueueState,
  stored: Stored<Message>,
): Promise<Content> {
  return decodeContent(await contentBytes(tx, queue, stored));
}

export function deleteContent(
  tx: Transaction,
  queue: QueueState,
  { message, content }: Stored<Message>,
): void {
  if (content === undefined) tx.raw.delete(contentKey(tx, queue, message.id));
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
