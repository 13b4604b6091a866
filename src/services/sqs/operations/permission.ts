// AddPermission and RemovePermission.

import type { Transaction } from "../../../core/transaction.ts";
import type { AddPermissionRequest, RemovePermissionRequest } from "../../../model/generated/sqs.d.ts";
import { withoutPermission, withPermission } from "../access-policy.ts";
import { openQueue, Queue } from "../queue.ts";

export async function addPermission(
  { QueueUrl, Label, AWSAccountIds, Actions }: AddPermissionRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "AddPermission");
  const policy = withPermission(queue, { label: Label, accounts: AWSAccountIds, actions: Actions });
  tx.put(Queue, { ...queue, policy, modifiedAt: tx.now });
  return {};
}

export async function removePermission(
  { QueueUrl, Label }: RemovePermissionRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "RemovePermission");
  tx.put(Queue, { ...queue, policy: withoutPermission(queue, Label), modifiedAt: tx.now });
  return {};
}
