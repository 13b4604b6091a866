// AWS::Kinesis::StreamConsumer and ResourcePolicy: who may read a stream, and
// who does so by subscription.

import {
  defineResourceType,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { kinesis } from "../faults.ts";

interface ConsumerProperties {
  readonly ConsumerName: string;
  readonly StreamARN: string;
  readonly Tags?: readonly Tag[];
}

const pauseMilliseconds = 50;

export const consumerType = defineResourceType<ConsumerProperties>({
  type: "AWS::Kinesis::StreamConsumer",
  create: async ({ ConsumerName, StreamARN, Tags }, at) => {
    const { Consumer } = await at.call(kinesis, "RegisterStreamConsumer", {
      ConsumerName,
      StreamARN,
      Tags: tagMap(Tags),
    });
    const { ConsumerARN, ConsumerCreationTimestamp } = Consumer;
    at.made(ConsumerARN);
    for (;;) {
      const { ConsumerDescription } = await at.ctx.call(kinesis, "DescribeStreamConsumer", { ConsumerARN });
      const { ConsumerStatus } = ConsumerDescription;
      if (ConsumerStatus === "ACTIVE") {
        return {
          id: ConsumerARN,
          attributes: {
            ConsumerARN,
            ConsumerName,
            ConsumerStatus,
            ConsumerCreationTimestamp: String(Math.floor(ConsumerCreationTimestamp / 1000)),
            StreamARN,
          },
        };
      }
      if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the consumer was cut off.");
      await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
    }
  },
  read: async (ConsumerARN, at) => {
    const found = await unlessMissing(at.call(kinesis, "DescribeStreamConsumer", { ConsumerARN }));
    if (found === undefined) return undefined;
    const { ConsumerCreationTimestamp, ...described } = found.ConsumerDescription;
    const { Tags = [] } = await at.call(kinesis, "ListTagsForResource", { ResourceARN: ConsumerARN });
    return {
      ...described,
      ConsumerCreationTimestamp: String(Math.floor(ConsumerCreationTimestamp / 1000)),
      Tags,
    };
  },
  delete: async (ConsumerARN, _properties, at) => {
    await at.call(kinesis, "DeregisterStreamConsumer", { ConsumerARN });
    while (
      (await unlessMissing(at.ctx.call(kinesis, "DescribeStreamConsumer", { ConsumerARN }))) !== undefined
    ) {
      if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the consumer was cut off.");
      await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
    }
  },
});

interface PolicyProperties {
  readonly ResourceArn: string;
  readonly ResourcePolicy: object | string;
}

const policyOf = ({ ResourceArn, ResourcePolicy }: PolicyProperties) => ({
  ResourceARN: ResourceArn,
  Policy: typeof ResourcePolicy === "string" ? ResourcePolicy : JSON.stringify(ResourcePolicy),
});

/** A stream without a policy shows an empty one. */
async function policyNow(ResourceARN: string, at: ResourceContext): Promise<object | undefined> {
  const found = await unlessMissing(at.call(kinesis, "GetResourcePolicy", { ResourceARN }));
  const policy = JSON.parse(found?.Policy || "{}") as object;
  return Object.keys(policy).length === 0 ? undefined : policy;
}

export const resourcePolicyType = defineResourceType<PolicyProperties>({
  type: "AWS::Kinesis::ResourcePolicy",
  existing: async ({ ResourceArn }, at) => {
    return (await policyNow(ResourceArn, at)) === undefined ? undefined : ResourceArn;
  },
  create: async (properties, at) => {
    await at.call(kinesis, "PutResourcePolicy", policyOf(properties));
    return { id: properties.ResourceArn };
  },
  read: async (ResourceArn, at) => {
    const ResourcePolicy = await policyNow(ResourceArn, at);
    return ResourcePolicy && { ResourceArn, ResourcePolicy };
  },
  update: async (_id, after, _before, at) => {
    await at.call(kinesis, "PutResourcePolicy", policyOf(after));
    return undefined;
  },
  delete: async (ResourceARN, _properties, at) => {
    await at.call(kinesis, "DeleteResourcePolicy", { ResourceARN });
  },
});
