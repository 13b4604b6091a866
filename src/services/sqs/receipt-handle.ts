// Receipt handles: where the message is and which receive of it is meant, as
// text that clients cannot read anything into.

import { invalidReceiptHandle } from "./faults.ts";
import type { QueueState } from "./queue.ts";

/** A standard queue's receive: the place where it put the message. */
export interface StandardReceipt {
  readonly messageId: string;
  readonly visibleAt: number;
  readonly order: number;
}

/** A FIFO queue's receive. */
export interface FifoReceipt {
  readonly messageId: string;
  readonly group: string;
  readonly number: number;
  /** The how-manieth receive from this queue. */
  readonly delivery: number;
}

/** What AWS's handles begin with. */
const mark = Buffer.from("AQEB", "base64").toString("latin1");

function encode(queue: QueueState, parts: readonly (string | number)[]): string {
  return Buffer.from(mark + JSON.stringify([queue.id, ...parts])).toString("base64");
}

/** The parts after the queue's id; throws where the handle is not one of this queue's. */
function decode(queue: QueueState, handle: string, shape: readonly ("string" | "number")[]): unknown[] {
  const text = Buffer.from(handle, "base64").toString();
  const parts = text.startsWith(mark) ? parseList(text.slice(mark.length)) : undefined;
  if (parts === undefined || parts[0] !== queue.id || parts.length !== shape.length + 1) {
    throw invalidReceiptHandle(handle);
  }
  const rest = parts.slice(1);
  if (!rest.every((part, at) => typeof part === shape[at])) throw invalidReceiptHandle(handle);
  return rest;
}

export function standardHandle(queue: QueueState, receipt: StandardReceipt): string {
  return encode(queue, [receipt.messageId, receipt.visibleAt, receipt.order]);
}

export function parseStandardHandle(queue: QueueState, handle: string): StandardReceipt {
  const [messageId, visibleAt, order] = decode(queue, handle, ["string", "number", "number"]);
  return { messageId, visibleAt, order } as StandardReceipt;
}

export function fifoHandle(queue: QueueState, receipt: FifoReceipt): string {
  return encode(queue, [receipt.messageId, receipt.group, receipt.number, receipt.delivery]);
}

export function parseFifoHandle(queue: QueueState, handle: string): FifoReceipt {
  const parts = decode(queue, handle, ["string", "string", "number", "number"]);
  const [messageId, group, number, delivery] = parts;
  return { messageId, group, number, delivery } as FifoReceipt;
}

function parseList(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
