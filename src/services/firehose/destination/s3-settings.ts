// The settings of S3 destinations, of backups and of error buckets: defaults
// and what must fit together.

import { isZone } from "../../../lang/schedule/zone.ts";
import type {
  BufferingHints,
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationDescription,
  ExtendedS3DestinationUpdate,
  S3DestinationConfiguration,
  S3DestinationDescription,
  S3DestinationUpdate,
} from "../../../model/generated/firehose.d.ts";
import { invalidArgument, unsupported } from "../faults.ts";
import { checkPrefixes, type Namespaces } from "../naming/check-prefixes.ts";
import { checkConversion } from "./conversion-settings.ts";
import { checkLogging } from "./logging-settings.ts";
import { checkProcessing, hasProcessor } from "./processing-settings.ts";

export function plainS3(given: S3DestinationConfiguration): S3DestinationDescription {
  return checkedPlain({
    CompressionFormat: "UNCOMPRESSED",
    EncryptionConfiguration: { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: { Enabled: false },
    ...known(given),
    BufferingHints: completeHints(given.BufferingHints, { SizeInMBs: 5, IntervalInSeconds: 300 }),
  });
}

export function updatedPlainS3(
  current: S3DestinationDescription,
  change: S3DestinationUpdate | undefined,
): S3DestinationDescription {
  if (change === undefined) return current;
  const BufferingHints = completeHints(change.BufferingHints, current.BufferingHints);
  return checkedPlain({ ...current, ...known(change), BufferingHints });
}

function checkedPlain(settings: S3DestinationDescription): S3DestinationDescription {
  checkPrefixes(settings, nothingPartitions);
  checkLogging(settings.CloudWatchLoggingOptions);
  return settings;
}

const nothingPartitions: Namespaces = { query: false, lambda: false, enabled: false };

export function extendedS3(given: ExtendedS3DestinationConfiguration): ExtendedS3DestinationDescription {
  const { S3BackupConfiguration, ...rest } = given;
  const partitioned = given.DynamicPartitioningConfiguration?.Enabled === true;
  const converted = given.DataFormatConversionConfiguration?.Enabled === true;
  const size = partitioned || converted ? 128 : 5;
  return checked({
    CompressionFormat: "UNCOMPRESSED",
    EncryptionConfiguration: { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: { Enabled: false },
    ProcessingConfiguration: { Enabled: false, Processors: [] },
    S3BackupMode: "Disabled",
    ...known(rest),
    BufferingHints: completeHints(given.BufferingHints, { SizeInMBs: size, IntervalInSeconds: 300 }),
    ...(partitioned && {
      DynamicPartitioningConfiguration: {
        RetryOptions: { DurationInSeconds: 300 },
        ...given.DynamicPartitioningConfiguration,
      },
    }),
    ...(S3BackupConfiguration !== undefined && { S3BackupDescription: plainS3(S3BackupConfiguration) }),
  });
}

export function updatedExtendedS3(
  current: ExtendedS3DestinationDescription,
  change: ExtendedS3DestinationUpdate,
): ExtendedS3DestinationDescription {
  const { S3BackupUpdate, ...rest } = change;
  if (isPartitioned(change) && !isPartitioned(current)) {
    throw invalidArgument("Dynamic Partitioning cannot be enabled on an existing Firehose stream.");
  }
  if (current.S3BackupMode === "Enabled" && change.S3BackupMode === "Disabled") {
    throw invalidArgument("S3BackupMode cannot be changed from Enabled to Disabled.");
  }
  return checked({
    ...current,
    ...known(rest),
    BufferingHints: completeHints(change.BufferingHints, current.BufferingHints),
    ...(S3BackupUpdate !== undefined && {
      S3BackupDescription: updatedBackup(current.S3BackupDescription, S3BackupUpdate),
    }),
  });
}

function updatedBackup(
  current: S3DestinationDescription | undefined,
  change: S3DestinationUpdate,
): S3DestinationDescription {
  if (current !== undefined) return updatedPlainS3(current, change);
  const { RoleARN, BucketARN } = change;
  if (RoleARN === undefined || BucketARN === undefined) {
    throw invalidArgument("RoleARN and BucketARN must be specified in S3BackupUpdate.");
  }
  return plainS3({ ...change, RoleARN, BucketARN });
}

function isPartitioned(settings: {
  readonly DynamicPartitioningConfiguration?: { readonly Enabled?: boolean | undefined } | undefined;
}): boolean {
  return settings.DynamicPartitioningConfiguration?.Enabled === true;
}

function checked(settings: ExtendedS3DestinationDescription): ExtendedS3DestinationDescription {
  const { ProcessingConfiguration: processing, CustomTimeZone: zone } = settings;
  const enabled = isPartitioned(settings);
  checkProcessing(processing);
  checkPrefixes(settings, {
    query: hasProcessor(processing, "MetadataExtraction"),
    lambda: hasProcessor(processing, "Lambda"),
    enabled,
  });
  checkLogging(settings.CloudWatchLoggingOptions);
  checkConversion(settings);
  if (enabled && (settings.BufferingHints.SizeInMBs ?? 0) < 64) {
    throw invalidArgument(
      "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
    );
  }
  if (settings.S3BackupMode === "Enabled" && settings.S3BackupDescription === undefined) {
    throw invalidArgument("S3BackupConfiguration must be specified when S3BackupMode is Enabled.");
  }
  if (zone !== undefined && zone !== "" && !isZone(zone)) {
    throw invalidArgument(`CustomTimeZone ${zone} is not supported.`);
  }
  if (settings.EncryptionConfiguration.KMSEncryptionConfig !== undefined) {
    if (settings.EncryptionConfiguration.NoEncryptionConfig !== undefined) {
      throw invalidArgument("Only one of NoEncryptionConfig and KMSEncryptionConfig can be specified.");
    }
  }
  return settings;
}

/** One without the other is refused, as AWS documents. */
export function completeHints(given: BufferingHints | undefined, fallback: BufferingHints): BufferingHints {
  if (given === undefined) return fallback;
  const { SizeInMBs, IntervalInSeconds } = given;
  if ((SizeInMBs === undefined) !== (IntervalInSeconds === undefined)) {
    throw invalidArgument(
      "Both SizeInMBs and IntervalInSeconds must be specified when BufferingHints are provided.",
    );
  }
  return SizeInMBs === undefined ? fallback : given;
}

type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without members that are there and undefined. */
export function known<T extends object>(value: T): Known<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Known<T>;
}

/** A secret that lies in another service, which does not exist yet. */
export function refuseSecret(configuration: { readonly Enabled: boolean } | undefined): void {
  if (configuration?.Enabled === true) throw unsupported("the parameter SecretsManagerConfiguration");
}
