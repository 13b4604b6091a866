// ChangeMessageVisibility and ChangeMessageVisibilityBatch.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
} from "../../../model/generated/sqs.d.ts";
import { checkBatch, runBatch } from "../batch.ts";
import { invalidParameter, missingParameter } from "../faults.ts";
import { messagesOf } from "../messages/store.ts";
import { openQueue, type QueueState } from "../queue.ts";
import { longestVisibilityTimeoutSeconds } from "../visibility.ts";

export async function changeMessageVisibility(
  { QueueUrl, ReceiptHandle, VisibilityTimeout }: ChangeMessageVisibilityRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "ChangeMessageVisibility");
  await change(tx, queue, ReceiptHandle, VisibilityTimeout);
  return {};
}

export async function changeMessageVisibilityBatch(
  { QueueUrl, Entries }: ChangeMessageVisibilityBatchRequest,
  caller: Transaction,
): Promise<ChangeMessageVisibilityBatchResult> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "ChangeMessageVisibility");
  checkBatch(Entries, "ChangeMessageVisibilityBatchRequestEntry");
  return runBatch(Entries, async ({ Id, ReceiptHandle, VisibilityTimeout }) => {
    if (VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
    await change(tx, queue, ReceiptHandle, VisibilityTimeout);
    return { Id };
  });
}

async function change(
  tx: Transaction,
  queue: QueueState,
  receiptHandle: string,
  seconds: number,
): Promise<void> {
  if (seconds < 0 || seconds > longestVisibilityTimeoutSeconds) {
    throw invalidParameter(
      "VisibilityTimeout",
      seconds,
      `VisibilityTimeout must be an integer between 0 and ${longestVisibilityTimeoutSeconds}.`,
    );
  }
  await messagesOf(queue).hideUntil(tx, queue, receiptHandle, tx.now + seconds * 1000);
}
