// AWS::SQS::QueueInlinePolicy: the policy of one queue.

import {
  defineResourceType,
  policyText,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { sqs } from "../faults.ts";

interface InlinePolicyProperties {
  readonly PolicyDocument: unknown;
  readonly Queue: string;
}

const put = (QueueUrl: string, policy: unknown, at: ResourceContext) =>
  at.call(sqs, "SetQueueAttributes", { QueueUrl, Attributes: { Policy: policyText(policy) ?? "" } });

export const queueInlinePolicyType = defineResourceType<InlinePolicyProperties>({
  type: "AWS::SQS::QueueInlinePolicy",
  create: async ({ Queue, PolicyDocument }, at) => {
    await put(Queue, PolicyDocument, at);
    return { id: Queue };
  },
  read: async (Queue, at) => {
    const found = await unlessMissing(
      at.call(sqs, "GetQueueAttributes", { QueueUrl: Queue, AttributeNames: ["Policy"] }),
    );
    const policy = found?.Attributes?.Policy;
    return policy === undefined ? undefined : { Queue, PolicyDocument: JSON.parse(policy) };
  },
  update: async (Queue, { PolicyDocument }, _before, at) => {
    await put(Queue, PolicyDocument, at);
    return undefined;
  },
  delete: async (Queue, _properties, at) => {
    await unlessMissing(put(Queue, undefined, at));
  },
});
