// AWS::SNS::Topic, with the subscriptions that stand within it.

import {
  defineResourceType,
  type Properties,
  pick,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { sns } from "../faults.ts";

interface Listed {
  readonly Endpoint: string;
  readonly Protocol: string;
}

interface TopicProperties {
  readonly TopicName: string;
  readonly FifoTopic?: boolean;
  readonly DataProtectionPolicy?: unknown;
  readonly DeliveryStatusLogging?: readonly (Properties & { readonly Protocol: string })[];
  readonly Subscription?: readonly Listed[];
  readonly Tags?: readonly Tag[];
  readonly [name: string]: unknown;
}

/** Properties named as the attributes they set, with what an absent one goes back to. */
const attributes: Readonly<Record<string, string>> = {
  ArchivePolicy: "{}",
  ContentBasedDeduplication: "false",
  DisplayName: "",
  FifoThroughputScope: "Topic",
  FifoTopic: "",
  KmsMasterKeyId: "",
  SignatureVersion: "1",
  TracingConfig: "PassThrough",
};

const loggers: Readonly<Record<string, string>> = {
  "http/s": "HTTP",
  application: "Application",
  firehose: "Firehose",
  lambda: "Lambda",
  sqs: "SQS",
};

function attributesOf(properties: TopicProperties): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(attributes)) {
    const value = properties[name];
    if (value !== undefined && !(name === "FifoTopic" && value === false))
      given[name] = typeof value === "object" ? (policyText(value) ?? "") : String(value);
  }
  for (const { Protocol, ...rest } of properties.DeliveryStatusLogging ?? [])
    for (const [name, value] of Object.entries(rest)) given[`${loggers[Protocol]}${name}`] = String(value);
  return given;
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);

async function subscribe(TopicArn: string, listed: readonly Listed[], at: ResourceContext): Promise<void> {
  for (const each of listed) await at.call(sns, "Subscribe", { TopicArn, ...each });
}

export const topicType = defineResourceType<TopicProperties>({
  type: "AWS::SNS::Topic",
  name: {
    property: "TopicName",
    maximum: 256,
    suffix: ({ FifoTopic }) => (FifoTopic === true ? ".fifo" : ""),
  },
  unsupported: ["MaximumMessageSize"],
  existing: async ({ TopicName }, at) => {
    const TopicArn = `arn:aws:sns:${at.region}:${at.account}:${TopicName}`;
    const found = await unlessMissing(at.ctx.call(sns, "GetTopicAttributes", { TopicArn }));
    return found === undefined ? undefined : TopicArn;
  },
  create: async (properties, at) => {
    const { TopicName: Name, Tags, DataProtectionPolicy } = properties;
    const { TopicArn = "" } = await at.call(sns, "CreateTopic", {
      Name,
      Attributes: attributesOf(properties),
      ...(Tags === undefined ? {} : { Tags }),
      ...(DataProtectionPolicy === undefined
        ? {}
        : { DataProtectionPolicy: policyText(DataProtectionPolicy) }),
    });
    at.made(TopicArn);
    await subscribe(TopicArn, properties.Subscription ?? [], at);
    return { id: TopicArn, attributes: { TopicArn, TopicName: Name } };
  },
  read: async (TopicArn, at) => {
    const found = await unlessMissing(at.call(sns, "GetTopicAttributes", { TopicArn }));
    if (found === undefined) return undefined;
    const { Tags = [] } = await at.call(sns, "ListTagsForResource", { ResourceArn: TopicArn });
    const values = found.Attributes ?? {};
    return {
      TopicArn,
      TopicName: nameOf(TopicArn),
      ...pick(values as Properties, "DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"),
      ...(values.FifoTopic === "true"
        ? { FifoTopic: true, ContentBasedDeduplication: values.ContentBasedDeduplication === "true" }
        : {}),
      Tags,
    };
  },
  update: async (TopicArn, after, before, at) => {
    const [wanted, old] = [attributesOf(after), attributesOf(before)];
    for (const AttributeName of new Set([...Object.keys(wanted), ...Object.keys(old)])) {
      const AttributeValue = wanted[AttributeName] ?? attributes[AttributeName] ?? "";
      if (wanted[AttributeName] !== old[AttributeName])
        await at.call(sns, "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
    }
    if (!same(after.DataProtectionPolicy, before.DataProtectionPolicy)) {
      await at.call(sns, "PutDataProtectionPolicy", {
        ResourceArn: TopicArn,
        DataProtectionPolicy: policyText(after.DataProtectionPolicy) ?? "",
      });
    }
    const has = (list: readonly Listed[] | undefined, one: Listed) =>
      (list ?? []).some((each) => same(each, one));
    const leaving = (before.Subscription ?? []).filter((each) => !has(after.Subscription, each));
    if (leaving.length > 0) {
      const { Subscriptions = [] } = await at.call(sns, "ListSubscriptionsByTopic", { TopicArn });
      for (const { Endpoint, Protocol, SubscriptionArn } of Subscriptions) {
        if (leaving.some((each) => each.Endpoint === Endpoint && each.Protocol === Protocol))
          await unlessMissing(at.call(sns, "Unsubscribe", { SubscriptionArn }));
      }
    }
    await subscribe(
      TopicArn,
      (after.Subscription ?? []).filter((each) => !has(before.Subscription, each)),
      at,
    );
    const tags = tagChanges(before.Tags, after.Tags);
    if (tags.remove.length > 0)
      await at.call(sns, "UntagResource", { ResourceArn: TopicArn, TagKeys: tags.remove });
    if (tags.set.length > 0) await at.call(sns, "TagResource", { ResourceArn: TopicArn, Tags: tags.set });
    return undefined;
  },
  delete: async (TopicArn, _properties, at) => {
    await at.call(sns, "DeleteTopic", { TopicArn });
  },
  list: async (at) => {
    const arns: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(sns, "ListTopics", { NextToken });
      arns.push(...(page.Topics ?? []).map(({ TopicArn }) => TopicArn!));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return arns;
  },
});
