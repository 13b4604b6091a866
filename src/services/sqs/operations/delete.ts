// DeleteMessage and DeleteMessageBatch.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
} from "../../../model/generated/sqs.d.ts";
import { checkBatch, runBatch } from "../batch.ts";
import { messagesOf } from "../messages/store.ts";
import { openQueue } from "../queue.ts";

export async function deleteMessage(
  { QueueUrl, ReceiptHandle }: DeleteMessageRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "DeleteMessage");
  await messagesOf(queue).delete(tx, queue, ReceiptHandle);
  return {};
}

export async function deleteMessageBatch(
  { QueueUrl, Entries }: DeleteMessageBatchRequest,
  caller: Transaction,
): Promise<DeleteMessageBatchResult> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "DeleteMessage");
  checkBatch(Entries, "DeleteMessageBatchRequestEntry");
  return runBatch(Entries, async ({ Id, ReceiptHandle }) => {
    await messagesOf(queue).delete(tx, queue, ReceiptHandle);
    return { Id };
  });
}
