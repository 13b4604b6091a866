// AWS::Kinesis::Stream.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { MetricsName, StreamDescriptionSummary } from "../../../model/generated/kinesis.d.ts";
import { kinesis } from "../faults.ts";

interface StreamProperties {
  readonly Name: string;
  readonly DesiredShardLevelMetrics?: readonly MetricsName[];
  readonly MaxRecordSizeInKiB?: number;
  readonly RetentionPeriodHours?: number;
  readonly ShardCount?: number;
  readonly StreamEncryption?: { readonly EncryptionType: string; readonly KeyId: string };
  readonly StreamModeDetails?: { readonly StreamMode: string };
  readonly Tags?: readonly Tag[];
  readonly WarmThroughputMiBps?: number;
}

const pauseMilliseconds = 50;
const usualRetentionHours = 24;
const usualRecordKiB = 1024;

const arnOf = (name: string, { region, account }: ResourceContext): string =>
  `arn:aws:kinesis:${region}:${account}:stream/${name}`;

/** The stream at rest; undefined where it is gone. */
async function settled(
  StreamName: string,
  at: ResourceContext,
): Promise<StreamDescriptionSummary | undefined> {
  for (;;) {
    const found = await unlessMissing(at.ctx.call(kinesis, "DescribeStreamSummary", { StreamName }));
    const summary = found?.StreamDescriptionSummary;
    if (summary === undefined || summary.StreamStatus === "ACTIVE") return summary;
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the stream was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

const isOnDemand = ({ StreamModeDetails }: StreamProperties): boolean =>
  StreamModeDetails?.StreamMode === "ON_DEMAND";

async function setRetention(StreamName: string, hours: number, before: number, at: ResourceContext) {
  const input = { StreamName, RetentionPeriodHours: hours };
  if (hours > before) await at.call(kinesis, "IncreaseStreamRetentionPeriod", input);
  else if (hours < before) await at.call(kinesis, "DecreaseStreamRetentionPeriod", input);
  await settled(StreamName, at);
}

async function setEncryption(
  StreamName: string,
  after: StreamProperties["StreamEncryption"],
  keyBefore: string | undefined,
  at: ResourceContext,
): Promise<void> {
  if (after?.KeyId === keyBefore) return;
  const EncryptionType = "KMS";
  if (after === undefined) {
    await at.call(kinesis, "StopStreamEncryption", { StreamName, EncryptionType, KeyId: keyBefore });
  } else await at.call(kinesis, "StartStreamEncryption", { StreamName, ...after });
  await settled(StreamName, at);
}

async function setMetrics(
  StreamName: string,
  after: readonly MetricsName[] = [],
  before: readonly MetricsName[],
  at: ResourceContext,
): Promise<void> {
  const gone = before.filter((metric) => !after.includes(metric));
  const fresh = after.filter((metric) => !before.includes(metric));
  if (gone.length > 0) {
    await at.call(kinesis, "DisableEnhancedMonitoring", { StreamName, ShardLevelMetrics: gone });
    await settled(StreamName, at);
  }
  if (fresh.length === 0) return;
  await at.call(kinesis, "EnableEnhancedMonitoring", { StreamName, ShardLevelMetrics: fresh });
  await settled(StreamName, at);
}

/** Mode, shards and sizes, of a stream that is at rest. */
async function setCapacity(name: string, after: StreamProperties, at: ResourceContext): Promise<void> {
  const StreamARN = arnOf(name, at);
  const current = await settled(name, at);
  const { StreamModeDetails = { StreamMode: "PROVISIONED" } } = after;
  if (current?.StreamModeDetails?.StreamMode !== StreamModeDetails.StreamMode) {
    await at.call(kinesis, "UpdateStreamMode", { StreamARN, StreamModeDetails });
    await settled(name, at);
  }
  const size = after.MaxRecordSizeInKiB ?? usualRecordKiB;
  if (current?.MaxRecordSizeInKiB !== size) {
    await at.call(kinesis, "UpdateMaxRecordSize", { StreamARN, MaxRecordSizeInKiB: size });
    await settled(name, at);
  }
  if (isOnDemand(after)) {
    const { WarmThroughputMiBps } = after;
    if (WarmThroughputMiBps === undefined || current?.WarmThroughput?.TargetMiBps === WarmThroughputMiBps)
      return;
    await at.call(kinesis, "UpdateStreamWarmThroughput", { StreamARN, WarmThroughputMiBps });
  } else if (current?.OpenShardCount !== (after.ShardCount ?? 1)) {
    await at.call(kinesis, "UpdateShardCount", {
      StreamName: name,
      TargetShardCount: after.ShardCount ?? 1,
      ScalingType: "UNIFORM_SCALING",
    });
  }
  await settled(name, at);
}

export const streamType = defineResourceType<StreamProperties>({
  type: "AWS::Kinesis::Stream",
  name: { property: "Name", maximum: 128 },
  create: async (properties, at) => {
    const { Name, StreamModeDetails, ShardCount, MaxRecordSizeInKiB, WarmThroughputMiBps } = properties;
    await at.call(kinesis, "CreateStream", {
      StreamName: Name,
      StreamModeDetails,
      ...(!isOnDemand(properties) && { ShardCount: ShardCount ?? 1 }),
      MaxRecordSizeInKiB,
      WarmThroughputMiBps,
      Tags: tagMap(properties.Tags),
    });
    at.made(Name);
    await settled(Name, at);
    await setRetention(Name, properties.RetentionPeriodHours ?? usualRetentionHours, usualRetentionHours, at);
    await setEncryption(Name, properties.StreamEncryption, undefined, at);
    await setMetrics(Name, properties.DesiredShardLevelMetrics, [], at);
    return { id: Name, attributes: { Arn: arnOf(Name, at) } };
  },
  read: async (StreamName, at) => {
    const found = await unlessMissing(at.call(kinesis, "DescribeStreamSummary", { StreamName }));
    if (found === undefined) return undefined;
    const summary = found.StreamDescriptionSummary;
    const { Tags } = await at.call(kinesis, "ListTagsForStream", { StreamName });
    const metrics = summary.EnhancedMonitoring[0]?.ShardLevelMetrics ?? [];
    return {
      Name: StreamName,
      Arn: summary.StreamARN,
      RetentionPeriodHours: summary.RetentionPeriodHours,
      StreamModeDetails: summary.StreamModeDetails,
      MaxRecordSizeInKiB: summary.MaxRecordSizeInKiB,
      ...(summary.StreamModeDetails?.StreamMode !== "ON_DEMAND" && { ShardCount: summary.OpenShardCount }),
      ...(summary.EncryptionType === "KMS" && {
        StreamEncryption: { EncryptionType: "KMS", KeyId: summary.KeyId },
      }),
      ...(metrics.length > 0 && { DesiredShardLevelMetrics: metrics }),
      ...(summary.WarmThroughput !== undefined && {
        WarmThroughputObject: summary.WarmThroughput,
        WarmThroughputMiBps: summary.WarmThroughput.TargetMiBps,
      }),
      Tags,
    } satisfies Properties;
  },
  update: async (StreamName, after, before, at) => {
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0) await at.call(kinesis, "RemoveTagsFromStream", { StreamName, TagKeys: remove });
    if (set.length > 0) await at.call(kinesis, "AddTagsToStream", { StreamName, Tags: tagMap(set) });
    await setCapacity(StreamName, after, at);
    const current = await settled(StreamName, at);
    const hours = after.RetentionPeriodHours ?? usualRetentionHours;
    await setRetention(StreamName, hours, current?.RetentionPeriodHours ?? hours, at);
    await setEncryption(StreamName, after.StreamEncryption, current?.KeyId, at);
    const metrics = current?.EnhancedMonitoring[0]?.ShardLevelMetrics ?? [];
    await setMetrics(StreamName, after.DesiredShardLevelMetrics, metrics, at);
    return undefined;
  },
  delete: async (StreamName, _properties, at) => {
    await at.call(kinesis, "DeleteStream", { StreamName, EnforceConsumerDeletion: true });
    await settled(StreamName, at);
  },
  list: async (at) => {
    const names: string[] = [];
    for (;;) {
      const last = names.at(-1);
      const input = last === undefined ? {} : { ExclusiveStartStreamName: last };
      const page = await at.call(kinesis, "ListStreams", input);
      names.push(...page.StreamNames);
      if (!page.HasMoreStreams) return names;
    }
  },
});
