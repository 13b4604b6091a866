// Where a stream's records go: one destination, its settings as AWS describes
// them, and what all kinds have in common.

import type {
  BufferingHints,
  CloudWatchLoggingOptions,
  ExtendedS3DestinationDescription,
  HttpEndpointDestinationDescription,
  ProcessingConfiguration,
  S3DestinationDescription,
  SplunkDestinationDescription,
} from "../../../model/generated/firehose.d.ts";

export interface S3Destination {
  readonly kind: "s3";
  readonly settings: ExtendedS3DestinationDescription;
}

export interface HttpDestination {
  readonly kind: "http";
  readonly settings: HttpEndpointDestinationDescription;
  /** Never shown. */
  readonly accessKey?: string | undefined;
  readonly backup: S3DestinationDescription;
}

export interface SplunkDestination {
  readonly kind: "splunk";
  readonly settings: SplunkDestinationDescription;
  readonly backup: S3DestinationDescription;
}

export type Destination = S3Destination | HttpDestination | SplunkDestination;

export const destinationId = "destinationId-000000000001";

export interface Hints {
  readonly bytes: number;
  readonly milliseconds: number;
}

export function hintsOf({ SizeInMBs = 5, IntervalInSeconds = 300 }: BufferingHints): Hints {
  return { bytes: SizeInMBs * 1_048_576, milliseconds: IntervalInSeconds * 1000 };
}

/** Of the records on their way to the destination itself. */
export function mainHints({ settings }: Destination): Hints {
  return hintsOf(settings.BufferingHints ?? {});
}

/** Where all records are to be kept as they came, beside the destination. */
export function sourceBackup(destination: Destination): S3DestinationDescription | undefined {
  switch (destination.kind) {
    case "s3":
      return destination.settings.S3BackupMode === "Enabled"
        ? destination.settings.S3BackupDescription
        : undefined;
    case "http":
      return destination.settings.S3BackupMode === "AllData" ? destination.backup : undefined;
    case "splunk":
      return destination.settings.S3BackupMode === "AllEvents" ? destination.backup : undefined;
  }
}

/** The bucket that takes what cannot be processed or delivered. */
export function errorBucket(
  destination: Destination,
): S3DestinationDescription | ExtendedS3DestinationDescription {
  return destination.kind === "s3" ? destination.settings : destination.backup;
}

export function processingOf({ settings }: Destination): ProcessingConfiguration | undefined {
  return settings.ProcessingConfiguration?.Enabled === true ? settings.ProcessingConfiguration : undefined;
}

export function loggingOf({ settings }: Destination): CloudWatchLoggingOptions | undefined {
  return settings.CloudWatchLoggingOptions;
}
