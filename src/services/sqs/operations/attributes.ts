// GetQueueAttributes and SetQueueAttributes.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  SetQueueAttributesRequest,
} from "../../../model/generated/sqs.d.ts";
import { messagesOf } from "../messages/store.ts";
import { openQueue, Queue, type QueueState } from "../queue.ts";
import { countAttributes, showAttributes, withAttributes } from "../queue-attributes.ts";
import { checkRedriveTarget } from "../redrive-policy.ts";

/** Expired messages that one request clears away at most, to count what is left. */
const mostSwept = 10_000;

export async function getQueueAttributes(
  input: GetQueueAttributesRequest,
  caller: Transaction,
): Promise<GetQueueAttributesResult> {
  const { queue, tx } = await openQueue(caller, input.QueueUrl, "GetQueueAttributes");
  const names = input.AttributeNames ?? [];
  const Attributes = showAttributes(queue, names);
  const wanted = countAttributes.filter((name) => names.includes("All") || names.includes(name));
  if (wanted.length > 0) {
    const counts = await countMessages(tx, queue);
    for (const name of wanted) Attributes[name] = counts[name].toString();
  }
  return Object.keys(Attributes).length === 0 ? {} : { Attributes };
}

export async function setQueueAttributes(
  input: SetQueueAttributesRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, input.QueueUrl, "SetQueueAttributes");
  const changed = withAttributes(queue, input.Attributes);
  if (input.Attributes.RedrivePolicy !== undefined) await checkRedriveTarget(tx, changed);
  tx.put(Queue, { ...changed, modifiedAt: tx.now });
  return {};
}

async function countMessages(
  tx: Transaction,
  queue: QueueState,
): Promise<Record<(typeof countAttributes)[number], number>> {
  const messages = messagesOf(queue);
  // Side by side, for mostly nothing is to be swept.
  const [swept, before] = await Promise.all([
    messages.sweep(tx, queue, mostSwept),
    messages.count(tx, queue),
  ]);
  const { visible, inFlight, delayed } = swept === 0 ? before : await messages.count(tx, queue);
  return {
    ApproximateNumberOfMessages: visible,
    ApproximateNumberOfMessagesNotVisible: inFlight,
    ApproximateNumberOfMessagesDelayed: delayed,
  };
}
