// From what CreateDeliveryStream and UpdateDestination say to a destination,
// and from a destination to what DescribeDeliveryStream shows.

import type {
  CreateDeliveryStreamInput,
  DestinationDescription,
  S3DestinationDescription,
  UpdateDestinationInput,
} from "../../../model/generated/firehose.d.ts";
import { invalidArgument, unsupported } from "../faults.ts";
import { type Destination, destinationId } from "./destination.ts";
import { httpDestination, splunkDestination, updatedHttp, updatedSplunk } from "./http-settings.ts";
import { extendedS3, updatedExtendedS3 } from "./s3-settings.ts";

const kinds = [
  "S3Destination",
  "ExtendedS3Destination",
  "RedshiftDestination",
  "ElasticsearchDestination",
  "AmazonopensearchserviceDestination",
  "SplunkDestination",
  "HttpEndpointDestination",
  "AmazonOpenSearchServerlessDestination",
  "SnowflakeDestination",
  "IcebergDestination",
] as const;

/** Their engines do not exist. */
const missing: readonly (typeof kinds)[number][] = [
  "RedshiftDestination",
  "ElasticsearchDestination",
  "AmazonopensearchserviceDestination",
  "AmazonOpenSearchServerlessDestination",
  "SnowflakeDestination",
  "IcebergDestination",
];

export function newDestination(input: CreateDeliveryStreamInput): Destination {
  const given = kinds.filter((kind) => input[`${kind}Configuration`] !== undefined);
  if (given.length !== 1) {
    throw invalidArgument("Exactly one destination configuration is supported for a Firehose");
  }
  for (const kind of missing) {
    if (given[0] === kind) throw unsupported(`the parameter ${kind}Configuration`);
  }
  const { HttpEndpointDestinationConfiguration: http, SplunkDestinationConfiguration: splunk } = input;
  if (http !== undefined) return httpDestination(http);
  if (splunk !== undefined) return splunkDestination(splunk);
  const s3 = input.ExtendedS3DestinationConfiguration ?? input.S3DestinationConfiguration;
  return { kind: "s3", settings: extendedS3(s3!) };
}

/** A destination stays of its kind. */
export function updatedDestination(current: Destination, input: UpdateDestinationInput): Destination {
  const given = kinds.filter((kind) => input[`${kind}Update`] !== undefined);
  if (given.length !== 1) {
    throw invalidArgument("Exactly one destination update is supported for a Firehose");
  }
  for (const kind of missing) {
    if (given[0] === kind) throw unsupported(`the parameter ${kind}Update`);
  }
  const s3 = input.ExtendedS3DestinationUpdate ?? input.S3DestinationUpdate;
  if (s3 !== undefined && current.kind === "s3") {
    return { ...current, settings: updatedExtendedS3(current.settings, s3) };
  }
  if (input.HttpEndpointDestinationUpdate !== undefined && current.kind === "http") {
    return updatedHttp(current, input.HttpEndpointDestinationUpdate);
  }
  if (input.SplunkDestinationUpdate !== undefined && current.kind === "splunk") {
    return updatedSplunk(current, input.SplunkDestinationUpdate);
  }
  throw invalidArgument(
    "Changing the destination type to or from another destination type is not supported.",
  );
}

export function shownDestination(destination: Destination): DestinationDescription {
  switch (destination.kind) {
    case "s3":
      return {
        DestinationId: destinationId,
        S3DestinationDescription: plainView(destination.settings),
        ExtendedS3DestinationDescription: destination.settings,
      };
    case "http":
      return {
        DestinationId: destinationId,
        HttpEndpointDestinationDescription: {
          ...destination.settings,
          S3DestinationDescription: destination.backup,
        },
      };
    case "splunk":
      return {
        DestinationId: destinationId,
        SplunkDestinationDescription: {
          ...destination.settings,
          S3DestinationDescription: destination.backup,
        },
      };
  }
}

function plainView(settings: S3DestinationDescription): S3DestinationDescription {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints } = settings;
  const { CompressionFormat, EncryptionConfiguration, CloudWatchLoggingOptions } = settings;
  return {
    RoleARN,
    BucketARN,
    Prefix,
    ErrorOutputPrefix,
    BufferingHints,
    CompressionFormat,
    EncryptionConfiguration,
    CloudWatchLoggingOptions,
  };
}
