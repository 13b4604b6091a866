// AWS::SQS::QueuePolicy: one policy put on several queues. It exists only as
// their Policy attribute, so its id is made up.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, policyText, unlessMissing } from "../../../core/resource-type.ts";
import { sqs } from "../faults.ts";

interface QueuePolicyProperties {
  readonly PolicyDocument: unknown;
  readonly Queues: readonly string[];
}

export const queuePolicyType = defineResourceType<QueuePolicyProperties>({
  type: "AWS::SQS::QueuePolicy",
  create: async ({ PolicyDocument, Queues }, at) => {
    for (const QueueUrl of Queues) {
      await at.call(sqs, "SetQueueAttributes", {
        QueueUrl,
        Attributes: { Policy: policyText(PolicyDocument) },
      });
    }
    const id = physicalName(at, 255, false);
    return { id, attributes: { Id: id } };
  },
  update: async (_id, after, before, at) => {
    for (const QueueUrl of before.Queues.filter((url) => !after.Queues.includes(url)))
      await unlessMissing(at.call(sqs, "SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } }));
    for (const QueueUrl of after.Queues) {
      await at.call(sqs, "SetQueueAttributes", {
        QueueUrl,
        Attributes: { Policy: policyText(after.PolicyDocument) },
      });
    }
    return undefined;
  },
  delete: async (_id, { Queues }, at) => {
    for (const QueueUrl of Queues)
      await unlessMissing(at.call(sqs, "SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } }));
  },
});
