// AWS::KinesisFirehose::DeliveryStream: templates write it as CreateDeliveryStream
// takes it, one destination in its own property.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { firehose } from "../faults.ts";

interface StreamProperties {
  readonly DeliveryStreamName: string;
  readonly DeliveryStreamEncryptionConfigurationInput?: Properties;
  readonly Tags?: readonly Tag[];
  readonly [name: string]: unknown;
}

const destination = /^(.*Destination)Configuration$/;

const pauseMilliseconds = 100;

const describe = (DeliveryStreamName: string, at: ResourceContext) =>
  unlessMissing(at.ctx.call(firehose, "DescribeDeliveryStream", { DeliveryStreamName }));

async function pause(at: ResourceContext): Promise<void> {
  if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the delivery stream was cut off.");
  await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
}

async function active(name: string, at: ResourceContext): Promise<void> {
  for (;;) {
    const status = (await describe(name, at))?.DeliveryStreamDescription?.DeliveryStreamStatus;
    if (status === "ACTIVE") return;
    if (status === "CREATING_FAILED") throw new ResourceFailure("The delivery stream could not be created.");
    await pause(at);
  }
}

/** What a destination's update calls by another name. */
function updateOf(configuration: Properties): Properties {
  const { S3BackupConfiguration, S3Configuration, ...rest } = configuration;
  return {
    ...rest,
    ...(S3BackupConfiguration === undefined ? {} : { S3BackupUpdate: S3BackupConfiguration }),
    ...(S3Configuration === undefined ? {} : { S3Update: S3Configuration }),
  };
}

async function updateDestination(
  DeliveryStreamName: string,
  after: StreamProperties,
  before: StreamProperties,
  at: ResourceContext,
): Promise<void> {
  for (const [name, value] of Object.entries(after)) {
    const kind = destination.exec(name)?.[1];
    if (kind === undefined || same(value, before[name])) continue;
    const { DeliveryStreamDescription: now } = await at.ctx.call(firehose, "DescribeDeliveryStream", {
      DeliveryStreamName,
    });
    await at.call(firehose, "UpdateDestination", {
      DeliveryStreamName,
      CurrentDeliveryStreamVersionId: now.VersionId,
      DestinationId: now.Destinations[0]?.DestinationId,
      [`${kind}Update`]: updateOf(value as Properties),
    });
  }
}

export const deliveryStreamType = defineResourceType<StreamProperties>({
  type: "AWS::KinesisFirehose::DeliveryStream",
  name: { property: "DeliveryStreamName" },
  create: async (properties, at) => {
    const { DeliveryStreamName: id } = properties;
    const { DeliveryStreamARN: Arn } = await at.call(firehose, "CreateDeliveryStream", properties);
    at.made(id);
    await active(id, at);
    return { id, attributes: { Arn } };
  },
  read: async (id, at) => {
    const found = await describe(id, at);
    if (found === undefined) return undefined;
    const { DeliveryStreamName, DeliveryStreamARN, DeliveryStreamType } = found.DeliveryStreamDescription;
    return { DeliveryStreamName, DeliveryStreamType, Arn: DeliveryStreamARN };
  },
  update: async (id, after, before, at) => {
    await updateDestination(id, after, before, at);
    const encryption = after.DeliveryStreamEncryptionConfigurationInput;
    if (!same(encryption, before.DeliveryStreamEncryptionConfigurationInput)) {
      if (encryption === undefined)
        await at.call(firehose, "StopDeliveryStreamEncryption", { DeliveryStreamName: id });
      else {
        await at.call(firehose, "StartDeliveryStreamEncryption", {
          DeliveryStreamName: id,
          DeliveryStreamEncryptionConfigurationInput: encryption,
        });
      }
    }
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0)
      await at.call(firehose, "UntagDeliveryStream", { DeliveryStreamName: id, TagKeys: remove });
    if (set.length > 0) await at.call(firehose, "TagDeliveryStream", { DeliveryStreamName: id, Tags: set });
    return undefined;
  },
  delete: async (DeliveryStreamName, _properties, at) => {
    await at.call(firehose, "DeleteDeliveryStream", { DeliveryStreamName });
    while ((await describe(DeliveryStreamName, at)) !== undefined) await pause(at);
  },
  list: async (at) => {
    const names: string[] = [];
    for (;;) {
      const page = await at.call(firehose, "ListDeliveryStreams", {
        Limit: 100,
        ...(names.length === 0 ? {} : { ExclusiveStartDeliveryStreamName: names.at(-1) }),
      });
      names.push(...page.DeliveryStreamNames);
      if (!page.HasMoreDeliveryStreams) return names;
    }
  },
});
