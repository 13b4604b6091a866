// What both kinds of queue do with their messages. Operations speak to this;
// how messages are kept differs between standard and FIFO queues.

import type { Transaction } from "../../../core/transaction.ts";
import type { Content, Message } from "../message.ts";
import type { QueueState } from "../queue.ts";
import { fifoMessages } from "./fifo.ts";
import { standardMessages } from "./standard.ts";

export interface Received {
  readonly message: Message;
  readonly content: Content;
  readonly receiptHandle: string;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface MessageStore {
  /** Stores a message that can be received from `visibleAt` on, and returns it as stored: a FIFO queue numbers it. `content` is encoded. */
  add(
    tx: Transaction,
    queue: QueueState,
    message: Message,
    content: Uint8Array,
    visibleAt: number,
  ): Promise<Message>;
  /**
   * Receives at most `most` messages and hides them until `visibleAt`. Expired
   * messages that it meets are deleted, exhausted ones go to the dead-letter queue.
   */
  receive(tx: Transaction, queue: QueueState, most: number, visibleAt: number): Promise<readonly Received[]>;
  /** Offers visible messages one after the other, deletes those accepted, stops at the first refused; returns how many were accepted. */
  handOver(
    tx: Transaction,
    queue: QueueState,
    most: number,
    accept: (message: Message, content: Uint8Array) => Promise<boolean>,
  ): Promise<number>;
  /** When the first message can be received: epoch milliseconds, in the past where somebody is just receiving it. */
  firstVisibleAt(tx: Transaction, queue: QueueState): Promise<number | undefined>;
  delete(tx: Transaction, queue: QueueState, receiptHandle: string): Promise<void>;
  hideUntil(tx: Transaction, queue: QueueState, receiptHandle: string, until: number): Promise<void>;
  count(tx: Transaction, queue: QueueState): Promise<Counts>;
  /** Deletes messages that outlived the retention period unreceived, at most so many; returns how many. */
  sweep(tx: Transaction, queue: QueueState, most: number): Promise<number>;
}

export function messagesOf(queue: QueueState): MessageStore {
  return queue.fifo ? fifoMessages : standardMessages;
}
