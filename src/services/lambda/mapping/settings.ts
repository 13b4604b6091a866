// What a mapping may be set to, for queues: defaults and limits.

import type { ProvisionedPollerConfig as Pollers } from "../../../model/generated/lambda.d.ts";
import { invalid } from "../model.ts";
import { criteriaTest } from "./filter.ts";
import type { MappingSettings } from "./mapping.ts";
import type { Given } from "./stream/settings.ts";

/** Members that only other event sources have. */
const foreign = [
  "StartingPosition",
  "StartingPositionTimestamp",
  "ParallelizationFactor",
  "BisectBatchOnFunctionError",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "TumblingWindowInSeconds",
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "SelfManagedEventSource",
  "DestinationConfig",
  "LoggingConfig",
] as const;

export function newMappingSettings(given: Given, fifo: boolean): MappingSettings {
  for (const member of foreign) {
    const value = (given as Readonly<Record<string, unknown>>)[member];
    if (value === undefined || isEmpty(value)) continue;
    throw invalid(`Unsupported ${member} parameter for given event source mapping type.`);
  }
  const BatchSize = given.BatchSize ?? 10;
  const MaximumBatchingWindowInSeconds = given.MaximumBatchingWindowInSeconds ?? 0;
  if (fifo && MaximumBatchingWindowInSeconds > 0) {
    throw invalid("Batching window is not supported for FIFO queues");
  }
  if (BatchSize > 10 && MaximumBatchingWindowInSeconds === 0) {
    throw invalid(
      fifo
        ? "Maximum batch size for FIFO queues is 10"
        : "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  const { FilterCriteria, ScalingConfig, MetricsConfig, KMSKeyArn } = given;
  criteriaTest(FilterCriteria);
  const pollers = provisionedPollers(given);
  return {
    BatchSize,
    MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: given.FunctionResponseTypes ?? [],
    ...((FilterCriteria?.Filters?.length ?? 0) === 0 ? {} : { FilterCriteria }),
    ...(ScalingConfig?.MaximumConcurrency === undefined ? {} : { ScalingConfig }),
    ...(pollers === undefined ? {} : { ProvisionedPollerConfig: pollers }),
    ...(MetricsConfig === undefined ? {} : { MetricsConfig }),
    ...(KMSKeyArn ? { KMSKeyArn } : {}),
  };
}

/** What AWS allows a queue's pollers; an empty one takes them back. */
function provisionedPollers({ ProvisionedPollerConfig: config, ScalingConfig }: Given): Pollers | undefined {
  if (config === undefined || isEmpty(config)) return undefined;
  const { MinimumPollers = 2, MaximumPollers = Math.max(200, MinimumPollers), PollerGroupName } = config;
  if (PollerGroupName !== undefined) {
    throw invalid("Unsupported PollerGroupName parameter for given event source mapping type.");
  }
  if (ScalingConfig?.MaximumConcurrency !== undefined) {
    throw invalid("ScalingConfig and ProvisionedPollerConfig cannot both be set.");
  }
  if (MinimumPollers < 2 || MinimumPollers > 200 || MaximumPollers < 2 || MaximumPollers > 2000) {
    throw invalid("MinimumPollers must be between 2 and 200, and MaximumPollers between 2 and 2000.");
  }
  if (MinimumPollers > MaximumPollers) throw invalid("MinimumPollers must not exceed MaximumPollers.");
  return { MinimumPollers, MaximumPollers };
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((inner) => inner === undefined || isEmpty(inner));
}
