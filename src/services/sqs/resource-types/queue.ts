// AWS::SQS::Queue: the template's properties are the queue's attributes under
// the same names, but for the retention period, the size and the wait.

import {
  defineResourceType,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { sqs } from "../faults.ts";

interface QueueProperties {
  readonly QueueName: string;
  readonly FifoQueue?: boolean;
  readonly Tags?: readonly Tag[];
  readonly [attribute: string]: unknown;
}

/** Properties that are named as the attributes they set. */
const attributes = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
] as const;

const numeric = /Seconds$|Timeout$|Size$|Period$/;
const json = new Set(["RedriveAllowPolicy", "RedrivePolicy"]);

/** What SetQueueAttributes is given where the template no longer says anything. */
const defaults: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: "false",
  DelaySeconds: "0",
  KmsMasterKeyId: "",
  KmsDataKeyReusePeriodSeconds: "300",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  RedriveAllowPolicy: "",
  RedrivePolicy: "",
  SqsManagedSseEnabled: "true",
  VisibilityTimeout: "30",
};

function attributesOf(properties: QueueProperties): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of attributes) {
    const value = properties[name];
    if (value === undefined || (name === "FifoQueue" && value === false)) continue;
    given[name] = typeof value === "object" ? (policyText(value) ?? "") : String(value);
  }
  return given;
}

async function urlOf(name: string, at: ResourceContext): Promise<string | undefined> {
  const found = await unlessMissing(at.ctx.call(sqs, "GetQueueUrl", { QueueName: name }));
  return found?.QueueUrl;
}

function attributesOfUrl(url: string, at: ResourceContext) {
  const name = url.slice(url.lastIndexOf("/") + 1);
  return { Arn: `arn:aws:sqs:${at.region}:${at.account}:${name}`, QueueName: name, QueueUrl: url };
}

export const queueType = defineResourceType<QueueProperties>({
  type: "AWS::SQS::Queue",
  name: {
    property: "QueueName",
    maximum: 80,
    suffix: ({ FifoQueue }) => (FifoQueue === true ? ".fifo" : ""),
  },
  existing: ({ QueueName }, at) => urlOf(QueueName, at),
  create: async (properties, at) => {
    const { QueueUrl } = await at.call(sqs, "CreateQueue", {
      QueueName: properties.QueueName,
      Attributes: attributesOf(properties),
      ...(properties.Tags === undefined ? {} : { tags: tagMap(properties.Tags) }),
    });
    return { id: QueueUrl!, attributes: attributesOfUrl(QueueUrl!, at) };
  },
  read: async (QueueUrl, at) => {
    const found = await unlessMissing(
      at.call(sqs, "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] }),
    );
    if (found === undefined) return undefined;
    const { Tags: tags = {} } = await at.call(sqs, "ListQueueTags", { QueueUrl });
    const values: Record<string, unknown> = {};
    for (const name of attributes) {
      const value = (found.Attributes as Readonly<Record<string, string>>)[name];
      if (value === undefined) continue;
      if (json.has(name)) values[name] = JSON.parse(value);
      else if (value === "true" || value === "false") values[name] = value === "true";
      else values[name] = numeric.test(name) ? Number(value) : value;
    }
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return { ...values, ...attributesOfUrl(QueueUrl, at), Tags };
  },
  update: async (QueueUrl, after, before, at) => {
    const old = attributesOf(before);
    const wanted = attributesOf(after);
    const Attributes: Record<string, string> = {};
    for (const name of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
      const value = wanted[name] ?? defaults[name];
      if (value !== undefined && value !== old[name]) Attributes[name] = value;
    }
    if (Object.keys(Attributes).length > 0)
      await at.call(sqs, "SetQueueAttributes", { QueueUrl, Attributes });
    const tags = tagChanges(before.Tags, after.Tags);
    if (tags.remove.length > 0) await at.call(sqs, "UntagQueue", { QueueUrl, TagKeys: tags.remove });
    if (tags.set.length > 0) await at.call(sqs, "TagQueue", { QueueUrl, Tags: tagMap(tags.set) });
    return undefined;
  },
  delete: async (QueueUrl, _properties, at) => {
    await at.call(sqs, "DeleteQueue", { QueueUrl });
  },
  list: async (at) => {
    const urls: string[] = [];
    let token: string | undefined;
    do {
      const page = await at.call(sqs, "ListQueues", { MaxResults: 1000, NextToken: token });
      urls.push(...(page.QueueUrls ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return urls;
  },
});
