// AWS::SNS::Subscription, TopicPolicy and TopicInlinePolicy: who hears a topic
// and who may speak to it.

import { physicalName } from "../../../core/provision.ts";
import {
  defineResourceType,
  policyText,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { sns } from "../faults.ts";

interface SubscriptionProperties {
  readonly Endpoint?: string;
  readonly Protocol: string;
  readonly Region?: string;
  readonly TopicArn: string;
  readonly [attribute: string]: unknown;
}

const attributes = [
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
] as const;

const defaults: Readonly<Record<string, string>> = {
  FilterPolicy: "{}",
  FilterPolicyScope: "MessageAttributes",
  RawMessageDelivery: "false",
};

function attributesOf(properties: SubscriptionProperties): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of attributes) {
    const value = properties[name];
    if (value !== undefined)
      given[name] = typeof value === "object" ? (policyText(value) ?? "") : String(value);
  }
  return given;
}

export const subscriptionType = defineResourceType<SubscriptionProperties>({
  type: "AWS::SNS::Subscription",
  unsupported: ["Region"],
  create: async (properties, at) => {
    const { TopicArn, Protocol, Endpoint } = properties;
    const { SubscriptionArn } = await at.call(sns, "Subscribe", {
      TopicArn,
      Protocol,
      Endpoint,
      Attributes: attributesOf(properties),
      ReturnSubscriptionArn: true,
    });
    return { id: SubscriptionArn!, attributes: { Arn: SubscriptionArn } };
  },
  read: async (SubscriptionArn, at) => {
    const found = await unlessMissing(at.call(sns, "GetSubscriptionAttributes", { SubscriptionArn }));
    if (found === undefined) return undefined;
    const { TopicArn, Protocol, Endpoint, RawMessageDelivery, FilterPolicy } = found.Attributes ?? {};
    return {
      Arn: SubscriptionArn,
      TopicArn,
      Protocol,
      Endpoint,
      RawMessageDelivery: RawMessageDelivery === "true",
      ...(FilterPolicy === undefined ? {} : { FilterPolicy: JSON.parse(FilterPolicy) }),
    };
  },
  update: async (SubscriptionArn, after, before, at) => {
    const [wanted, old] = [attributesOf(after), attributesOf(before)];
    for (const AttributeName of attributes) {
      if (wanted[AttributeName] === old[AttributeName]) continue;
      const AttributeValue = wanted[AttributeName] ?? defaults[AttributeName] ?? "";
      await at.call(sns, "SetSubscriptionAttributes", { SubscriptionArn, AttributeName, AttributeValue });
    }
    return undefined;
  },
  delete: async (SubscriptionArn, _properties, at) => {
    await at.call(sns, "Unsubscribe", { SubscriptionArn });
  },
});

interface TopicPolicyProperties {
  readonly PolicyDocument: unknown;
  readonly Topics: readonly string[];
}

const setPolicy = (TopicArn: string, policy: unknown, at: ResourceContext) =>
  at.call(sns, "SetTopicAttributes", {
    TopicArn,
    AttributeName: "Policy",
    AttributeValue: policyText(policy) ?? "",
  });

/** A topic always has a policy: without one of its own, that its owner may do everything. */
async function resetPolicy(TopicArn: string, at: ResourceContext): Promise<void> {
  const policy = {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: TopicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": at.account } },
      },
    ],
  };
  await unlessMissing(setPolicy(TopicArn, policy, at));
}

export const topicPolicyType = defineResourceType<TopicPolicyProperties>({
  type: "AWS::SNS::TopicPolicy",
  create: async ({ PolicyDocument, Topics }, at) => {
    for (const arn of Topics) await setPolicy(arn, PolicyDocument, at);
    const id = physicalName(at, 255, false);
    return { id, attributes: { Id: id } };
  },
  update: async (_id, after, before, at) => {
    for (const arn of before.Topics.filter((each) => !after.Topics.includes(each)))
      await resetPolicy(arn, at);
    for (const arn of after.Topics) await setPolicy(arn, after.PolicyDocument, at);
    return undefined;
  },
  delete: async (_id, { Topics }, at) => {
    for (const arn of Topics) await resetPolicy(arn, at);
  },
});

export const topicInlinePolicyType = defineResourceType<{
  readonly PolicyDocument: unknown;
  readonly TopicArn: string;
}>({
  type: "AWS::SNS::TopicInlinePolicy",
  create: async ({ PolicyDocument, TopicArn }, at) => {
    await setPolicy(TopicArn, PolicyDocument, at);
    return { id: TopicArn };
  },
  update: async (id, { PolicyDocument }, _before, at) => {
    await setPolicy(id, PolicyDocument, at);
    return undefined;
  },
  delete: (id, _properties, at) => resetPolicy(id, at),
});
