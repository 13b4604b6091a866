// The way of a message that was received too often, to its dead-letter queue.

import type { Transaction } from "../../../core/transaction.ts";
import type { Message } from "../message.ts";
import { findQueue, type QueueState } from "../queue.ts";

/** Undefined where the target is gone: then the message stays where it is, and is received again. */
export async function deadLetterQueue(tx: Transaction, queue: QueueState): Promise<QueueState | undefined> {
  if (queue.redrivePolicy === undefined) return undefined;
  return (await findQueue(tx, queue.redrivePolicy.deadLetterTargetArn))?.queue;
}

/**
 * As the dead-letter queue takes it over. In a standard queue its age goes on
 * counting; in a FIFO queue it starts anew, and its own id keeps it apart from
 * others with its deduplication id.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function asDeadLetter(source: QueueState, message: Message, now: number): Message {
  const { receivedAt: _receivedAt, ...rest } = message;
  const moved = { ...rest, deliveries: 0, deadLetterSourceArn: source.arn };
  return source.fifo ? { ...moved, sentAt: now, deduplicationId: message.id } : moved;
}
