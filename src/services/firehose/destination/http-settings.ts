// The settings of HTTP endpoints and of Splunk: defaults and checks.

import type {
  HttpEndpointConfiguration,
  HttpEndpointDestinationConfiguration,
  HttpEndpointDestinationUpdate,
  SplunkDestinationConfiguration,
  SplunkDestinationUpdate,
} from "../../../model/generated/firehose.d.ts";
import { invalidArgument } from "../faults.ts";
import type { HttpDestination, SplunkDestination } from "./destination.ts";
import { checkLogging } from "./logging-settings.ts";
import { checkProcessing, hasProcessor } from "./processing-settings.ts";
import { completeHints, known, plainS3, refuseSecret, updatedPlainS3 } from "./s3-settings.ts";

export function httpDestination(given: HttpEndpointDestinationConfiguration): HttpDestination {
  const { EndpointConfiguration, S3Configuration, ...rest } = given;
  const backup = plainS3(S3Configuration);
  return checkedHttp({
    kind: "http",
    backup,
    accessKey: EndpointConfiguration.AccessKey,
    settings: {
      RequestConfiguration: { ContentEncoding: "NONE", CommonAttributes: [] },
      CloudWatchLoggingOptions: { Enabled: false },
      ProcessingConfiguration: { Enabled: false, Processors: [] },
      RetryOptions: { DurationInSeconds: 300 },
      S3BackupMode: "FailedDataOnly",
      ...known(rest),
      EndpointConfiguration: shownEndpoint(EndpointConfiguration),
      BufferingHints: completeHints(given.BufferingHints, { SizeInMBs: 5, IntervalInSeconds: 300 }),
    },
  });
}

export function updatedHttp(
  current: HttpDestination,
  change: HttpEndpointDestinationUpdate,
): HttpDestination {
  const { EndpointConfiguration: endpoint, S3Update, ...rest } = change;
  return checkedHttp({
    ...current,
    accessKey: endpoint === undefined ? current.accessKey : endpoint.AccessKey,
    backup: updatedPlainS3(current.backup, S3Update),
    settings: {
      ...current.settings,
      ...known(rest),
      ...(endpoint !== undefined && { EndpointConfiguration: shownEndpoint(endpoint) }),
      BufferingHints: completeHints(change.BufferingHints, current.settings.BufferingHints ?? {}),
    },
  });
}

function shownEndpoint({ Url, Name }: HttpEndpointConfiguration) {
  return { Url, ...(Name !== undefined && { Name }) };
}

function checkedHttp(destination: HttpDestination): HttpDestination {
  const { settings } = destination;
  refuseSecret(settings.SecretsManagerConfiguration);
  checkProcessing(settings.ProcessingConfiguration);
  if (hasProcessor(settings.ProcessingConfiguration, "MetadataExtraction")) {
    throw invalidArgument("MetadataExtraction processor is only supported for the S3 destination.");
  }
  checkLogging(settings.CloudWatchLoggingOptions);
  const names = (settings.RequestConfiguration?.CommonAttributes ?? []).map((each) => each.AttributeName);
  if (new Set(names).size < names.length) {
    throw invalidArgument("CommonAttributes cannot contain duplicate attribute names.");
  }
  return destination;
}

export function splunkDestination(given: SplunkDestinationConfiguration): SplunkDestination {
  const { S3Configuration, ...rest } = given;
  return checkedSplunk({
    kind: "splunk",
    backup: plainS3(S3Configuration),
    settings: {
      HECAcknowledgmentTimeoutInSeconds: 180,
      CloudWatchLoggingOptions: { Enabled: false },
      ProcessingConfiguration: { Enabled: false, Processors: [] },
      RetryOptions: { DurationInSeconds: 300 },
      S3BackupMode: "FailedEventsOnly",
      ...known(rest),
      BufferingHints: completeHints(given.BufferingHints, { SizeInMBs: 5, IntervalInSeconds: 60 }),
    },
  });
}

export function updatedSplunk(
  current: SplunkDestination,
  change: SplunkDestinationUpdate,
): SplunkDestination {
  const { S3Update, ...rest } = change;
  return checkedSplunk({
    ...current,
    backup: updatedPlainS3(current.backup, S3Update),
    settings: {
      ...current.settings,
      ...known(rest),
      BufferingHints: completeHints(change.BufferingHints, current.settings.BufferingHints ?? {}),
    },
  });
}

function checkedSplunk(destination: SplunkDestination): SplunkDestination {
  const { settings } = destination;
  refuseSecret(settings.SecretsManagerConfiguration);
  if (settings.HECToken === undefined) throw invalidArgument("HECToken must be specified.");
  checkProcessing(settings.ProcessingConfiguration);
  if (hasProcessor(settings.ProcessingConfiguration, "MetadataExtraction")) {
    throw invalidArgument("MetadataExtraction processor is only supported for the S3 destination.");
  }
  checkLogging(settings.CloudWatchLoggingOptions);
  return destination;
}
