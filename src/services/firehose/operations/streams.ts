// CreateDeliveryStream, DeleteDeliveryStream, DescribeDeliveryStream and
// ListDeliveryStreams.

import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateDeliveryStreamInput,
  CreateDeliveryStreamOutput,
  DeleteDeliveryStreamInput,
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput,
  ListDeliveryStreamsInput,
  ListDeliveryStreamsOutput,
  SourceDescription,
} from "../../../model/generated/firehose.d.ts";
import { LaneRecord, newLane, streamTopic } from "../buffer/lane.ts";
import { newDestination, shownDestination } from "../destination/configure.ts";
import { checkSchema } from "../destination/conversion-settings.ts";
import { checkKey, newEncryption } from "../encryption.ts";
import { inUse, invalidArgument, limitExceeded, unsupported } from "../faults.ts";
import { settleSoon } from "../jobs.ts";
import {
  DeliveryStream,
  openStream,
  type Source,
  type StreamState,
  streamArn,
  streamCount,
} from "../stream.ts";
import { mergedTags } from "../tag.ts";

const mostStreams = 5000;

type Nothing = Record<string, never>;

export const createDeliveryStream: WaitingHandler<CreateDeliveryStreamInput, CreateDeliveryStreamOutput> = {
  waits: async (input, ctx) => {
    const encryption = input.DeliveryStreamEncryptionConfigurationInput;
    const destination = newDestination(input);
    if (encryption !== undefined) await checkKey(ctx, encryption);
    await checkSchema(ctx, destination);
    const arn = await ctx.atomically(async (tx) => {
      const { DeliveryStreamName: name, Tags = [] } = input;
      const tags = mergedTags({}, Tags);
      if ((await tx.get(DeliveryStream, name)) !== undefined) {
        throw inUse(`Firehose ${name} under accountId ${tx.account} already exists`);
      }
      await checkLimit(tx);
      const stream: StreamState = {
        name,
        id: tx.ids.uuid(),
        arn: streamArn(name, tx),
        createdAt: tx.now,
        status: "CREATING",
        version: 1,
        source: sourceOf(input, tx.now),
        destination,
        ...(encryption !== undefined && { encryption: newEncryption(encryption, "ENABLED") }),
        tags,
      };
      tx.put(DeliveryStream, stream);
      tx.raw.add(streamCount(tx), 1);
      tx.put(LaneRecord, newLane(stream.id, { type: "source" }));
      settleSoon(tx, stream);
      return stream.arn;
    });
    return { DeliveryStreamARN: arn };
  },
};

async function checkLimit(tx: Transaction): Promise<void> {
  if ((await tx.raw.estimate(streamCount(tx))) < mostStreams) return;
  throw limitExceeded(`You have already consumed your Firehose quota of ${mostStreams} hoses.`);
}

function sourceOf(input: CreateDeliveryStreamInput, now: number): Source {
  const { DeliveryStreamType: type = "DirectPut", KinesisStreamSourceConfiguration: kinesis } = input;
  if (input.MSKSourceConfiguration !== undefined || type === "MSKAsSource") {
    throw unsupported("the parameter MSKSourceConfiguration");
  }
  if (input.DatabaseSourceConfiguration !== undefined || type === "DatabaseAsSource") {
    throw unsupported("the parameter DatabaseSourceConfiguration");
  }
  if (type === "DirectPut") {
    if (kinesis !== undefined) {
      throw invalidArgument(
        "KinesisStreamSourceConfig is only applicable for KinesisStreamAsSource stream type.",
      );
    }
    return { type, throughputHintInMBs: input.DirectPutSourceConfiguration?.ThroughputHintInMBs };
  }
  if (kinesis === undefined) {
    throw invalidArgument("Missing KinesisStreamSourceConfiguration for KinesisStreamAsSource stream type.");
  }
  if (input.DeliveryStreamEncryptionConfigurationInput !== undefined) {
    throw invalidArgument(
      "DeliveryStreamEncryptionConfigurationInput is only applicable for DirectPut stream type.",
    );
  }
  return { type, streamArn: kinesis.KinesisStreamARN, roleArn: kinesis.RoleARN, since: now };
}

export async function deleteDeliveryStream(
  { DeliveryStreamName: name }: DeleteDeliveryStreamInput,
  tx: Transaction,
): Promise<Nothing> {
  const stream = await openStream(tx, name);
  if (stream.status === "CREATING") {
    throw inUse(`Firehose ${name} under accountId ${tx.account} is in CREATING state and cannot be deleted.`);
  }
  if (stream.status === "DELETING") return {};
  tx.put(DeliveryStream, { ...stream, status: "DELETING" });
  tx.notify(streamTopic(stream.id));
  settleSoon(tx, stream);
  return {};
}

export async function describeDeliveryStream(
  { DeliveryStreamName }: DescribeDeliveryStreamInput,
  tx: Transaction,
): Promise<DescribeDeliveryStreamOutput> {
  const stream = await openStream(tx, DeliveryStreamName);
  return {
    DeliveryStreamDescription: {
      DeliveryStreamName: stream.name,
      DeliveryStreamARN: stream.arn,
      DeliveryStreamStatus: stream.status,
      DeliveryStreamEncryptionConfiguration: stream.encryption ?? { Status: "DISABLED" },
      DeliveryStreamType: stream.source.type,
      VersionId: String(stream.version),
      CreateTimestamp: stream.createdAt,
      ...(stream.updatedAt !== undefined && { LastUpdateTimestamp: stream.updatedAt }),
      ...shownSource(stream.source),
      Destinations: [shownDestination(stream.destination)],
      HasMoreDestinations: false,
    },
  };
}

function shownSource(source: Source): { readonly Source?: SourceDescription } {
  if (source.type === "KinesisStreamAsSource") {
    return {
      Source: {
        KinesisStreamSourceDescription: {
          KinesisStreamARN: source.streamArn,
          RoleARN: source.roleArn,
          DeliveryStartTimestamp: source.since,
        },
      },
    };
  }
  const { throughputHintInMBs } = source;
  if (throughputHintInMBs === undefined) return {};
  return { Source: { DirectPutSourceDescription: { ThroughputHintInMBs: throughputHintInMBs } } };
}

/** Ten names a page, where nobody says how many. */
export async function listDeliveryStreams(
  input: ListDeliveryStreamsInput,
  tx: Transaction,
): Promise<ListDeliveryStreamsOutput> {
  const { Limit = 10, DeliveryStreamType: type, ExclusiveStartDeliveryStreamName: after } = input;
  const names = (await tx.all(DeliveryStream))
    .filter((stream) => type === undefined || stream.source.type === type)
    .map(({ name }) => name)
    .filter((name) => after === undefined || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
  return { DeliveryStreamNames: names.slice(0, Limit), HasMoreDeliveryStreams: names.length > Limit };
}
