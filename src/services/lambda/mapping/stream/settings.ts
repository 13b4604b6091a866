// What a mapping from a stream may be set to: defaults and limits.

import type {
  CreateEventSourceMappingRequest,
  UpdateEventSourceMappingRequest,
} from "../../../../model/generated/lambda.d.ts";
import { invalid } from "../../model.ts";
import { criteriaTest } from "../filter.ts";
import type { MappingSettings } from "../mapping.ts";

type Members = CreateEventSourceMappingRequest & UpdateEventSourceMappingRequest;
/** What a user gives: of a change, with what was there before. */
export type Given = { readonly [Name in keyof Members]?: Members[Name] | undefined };

const foreign = [
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "SelfManagedEventSource",
  "LoggingConfig",
  "ProvisionedPollerConfig",
] as const;
const largestWindowSeconds = 900;
const destinationServices = ["sqs", "sns", "s3"];

export function newStreamSettings(given: Given, kind: "kinesis" | "dynamodb"): MappingSettings {
  for (const member of foreign) {
    if (given[member] === undefined) continue;
    throw invalid(`Unsupported ${member} parameter for given event source mapping type.`);
  }
  if (given.ScalingConfig?.MaximumConcurrency !== undefined) {
    throw invalid("Unsupported ScalingConfig parameter for given event source mapping type.");
  }
  const { StartingPosition, StartingPositionTimestamp, FilterCriteria, MetricsConfig, KMSKeyArn } = given;
  checkStart(StartingPosition, StartingPositionTimestamp, kind);
  criteriaTest(FilterCriteria);
  const TumblingWindowInSeconds = given.TumblingWindowInSeconds ?? 0;
  if (TumblingWindowInSeconds > largestWindowSeconds) {
    throw invalid(`TumblingWindowInSeconds must be at most ${largestWindowSeconds}.`);
  }
  return {
    BatchSize: given.BatchSize ?? 100,
    MaximumBatchingWindowInSeconds: given.MaximumBatchingWindowInSeconds ?? 0,
    ParallelizationFactor: given.ParallelizationFactor ?? 1,
    MaximumRecordAgeInSeconds: checkedAge(given.MaximumRecordAgeInSeconds ?? -1),
    BisectBatchOnFunctionError: given.BisectBatchOnFunctionError ?? false,
    MaximumRetryAttempts: given.MaximumRetryAttempts ?? -1,
    TumblingWindowInSeconds,
    DestinationConfig: destinations(given.DestinationConfig),
    FunctionResponseTypes: given.FunctionResponseTypes ?? [],
    StartingPosition,
    ...(StartingPosition === "AT_TIMESTAMP" && { StartingPositionTimestamp }),
    ...((FilterCriteria?.Filters?.length ?? 0) > 0 && { FilterCriteria }),
    ...(MetricsConfig !== undefined && { MetricsConfig }),
    ...(KMSKeyArn && { KMSKeyArn }),
  };
}

function checkStart(
  position: Given["StartingPosition"],
  time: number | undefined,
  kind: "kinesis" | "dynamodb",
): void {
  if (position === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (position !== "AT_TIMESTAMP") {
    if (time !== undefined) throw invalid("StartingPositionTimestamp is only valid for AT_TIMESTAMP.");
    return;
  }
  if (kind === "dynamodb") {
    throw invalid("Unsupported starting position for arn type: AT_TIMESTAMP");
  }
  if (time === undefined) throw invalid("StartingPositionTimestamp is required for AT_TIMESTAMP.");
}

/** -1 for ever, or a minute at the least. */
function checkedAge(seconds: number): number {
  if (seconds === -1 || seconds >= 60) return seconds;
  throw invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
}

function destinations(given: Given["DestinationConfig"]): NonNullable<Given["DestinationConfig"]> {
  if (given?.OnSuccess?.Destination) {
    throw invalid("Unsupported OnSuccess destination for given event source mapping type.");
  }
  const Destination = given?.OnFailure?.Destination;
  if (!Destination) return { OnFailure: {} };
  if (!destinationServices.includes(Destination.split(":")[2] ?? "")) {
    throw invalid(`The destination ARN ${Destination} is invalid.`);
  }
  return { OnFailure: { Destination } };
}
