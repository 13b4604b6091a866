// Tells a stack's topics of its events, in the lines of text that AWS sends.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Sns } from "../../../model/generated/sns.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { EventState } from "./event.ts";
import type { StackState } from "./stack.ts";

const sns = modelOf<Sns>("sns");

interface Notification {
  readonly topics: readonly string[];
  readonly message: string;
}

export const notifyJob = defineJob<Notification>({
  name: "cloudformation.notify",
  attempts: 3,
  run: {
    waits: async ({ topics, message }, ctx) => {
      for (const TopicArn of topics)
        await ctx.call(sns, "Publish", {
          TopicArn,
          Subject: "AWS CloudFormation Notification",
          Message: message,
        });
    },
  },
});

export function notifyTopics(tx: Transaction, stack: StackState, event: EventState): void {
  if (stack.notificationArns.length === 0) return;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["StackId", stack.id],
    ["Timestamp", new Date(event.at).toISOString()],
    ["EventId", event.id],
    ["LogicalResourceId", event.logicalId],
    ["Namespace", tx.account],
    ["PhysicalResourceId", event.physicalId ?? ""],
    ["ResourceProperties", event.properties ?? "null"],
    ["ResourceStatus", event.status],
    ["ResourceStatusReason", event.reason ?? ""],
    ["ResourceType", event.type],
    ["StackName", stack.name],
    ["ClientRequestToken", event.clientRequestToken ?? "null"],
  ];
  const message = fields.map(([name, value]) => `${name}='${value}'\n`).join("");
  tx.enqueue(notifyJob, { topics: stack.notificationArns, message });
}
