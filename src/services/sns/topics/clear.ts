// What a deleted topic leaves behind, cleared away a handful at a time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { OwnedSubscription, Subscription } from "../subscriptions/subscription.ts";

interface ClearRun {
  readonly topicId: string;
}

const handful = 200;

export const clearTopic = defineJob<ClearRun>({ name: "sns.clearTopic", run });

async function run({ topicId }: ClearRun, tx: Transaction): Promise<void> {
  const { values } = await tx.list(Subscription, { prefix: [topicId], limit: handful });
  for (const subscription of values) {
    tx.delete(Subscription, topicId, subscription.id);
    tx.at({ account: subscription.owner }).delete(OwnedSubscription, subscription.arn);
    for (const kind of ["backlog", "throttle"]) clear(tx, kind, subscription.id);
  }
  if (values.length === handful) {
    tx.enqueue(clearTopic, { topicId });
    return;
  }
  for (const kind of ["memory", "sequence", "archive", "subscriptions"]) clear(tx, kind, topicId);
}

function clear(tx: Transaction, kind: string, id: string): void {
  const start = tx.key("sns", kind, id);
  tx.raw.deleteRange({ start, end: `${start}\xff` });
}
