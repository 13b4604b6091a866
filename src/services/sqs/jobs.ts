// What SQS does later: moving messages out of dead-letter queues. One run moves
// one handful, notes it in the task, and asks for the next: the messages, the
// note and the next run are one transaction, so that a crash loses none of them.

import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Message } from "./message.ts";
import { messagesOf } from "./messages/store.ts";
import { MoveTask } from "./move-task.ts";
import { findQueue, type OpenQueue } from "./queue.ts";

export interface MoveRun {
  readonly sourceArn: string;
  readonly taskId: string;
}

const handful = 100;

export const moveMessages = defineJob<MoveRun>({ name: "sqs.moveMessages", run: moveHandful });

async function moveHandful(run: MoveRun, tx: Transaction): Promise<void> {
  const task = await tx.get(MoveTask, run.sourceArn, run.taskId);
  const source = await findQueue(tx, run.sourceArn);
  if (task?.status !== "RUNNING" || source === undefined) return;
  const { messagesPerSecond = Number.POSITIVE_INFINITY } = task;

  let failureReason: string | undefined;
  const most = Math.min(messagesPerSecond, handful);
  const moved = await messagesOf(source.queue).handOver(
    source.tx,
    source.queue,
    most,
    async (message, content) => {
      const arn = task.destinationArn ?? message.deadLetterSourceArn;
      const destination = arn === undefined ? undefined : await findQueue(tx, arn);
      if (destination === undefined) {
        failureReason =
          arn === undefined ? "CouldNotDetermineMessageSource" : "AWS.SimpleQueueService.NonExistentQueue";
        return false;
      }
      await sendAgain(destination, message, content);
      return true;
    },
  );

  const total = { ...task, moved: task.moved + moved };
  if (failureReason !== undefined) tx.put(MoveTask, { ...total, status: "FAILED", failureReason });
  else if (moved === 0) tx.put(MoveTask, { ...total, status: "COMPLETED" });
  else {
    tx.put(MoveTask, total);
    tx.enqueue(moveMessages, run, { at: tx.now + (moved / messagesPerSecond) * 1000, id: run.taskId });
  }
}

/**
 * A redriven message is a new one, with another id and a new age.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
async function sendAgain({ queue, tx }: OpenQueue, message: Message, content: Uint8Array): Promise<void> {
  const { senderId, traceHeader, groupId, deduplicationId } = message;
  const fresh: Message = {
    id: tx.ids.uuid(),
    senderId,
    sentAt: tx.now,
    traceHeader,
    groupId,
    deduplicationId,
    receiveCount: 0,
    deliveries: 0,
  };
  await messagesOf(queue).add(tx, queue, fresh, content, tx.now + queue.delaySeconds * 1000);
}
