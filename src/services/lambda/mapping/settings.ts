// What a mapping may be set to, for queues: defaults and limits.

import { notImplemented } from "../../../core/fault.ts";
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
] as const;

export function newMappingSettings(given: Given, fifo: boolean): MappingSettings {
  for (const member of foreign) {
    const value = (given as Readonly<Record<string, unknown>>)[member];
    if (value === undefined || isEmpty(value)) continue;
    throw invalid(`Unsupported ${member} parameter for given event source mapping type.`);
  }
  for (const member of ["LoggingConfig", "ProvisionedPollerConfig"] as const) {
    if (given[member] !== undefined) throw notImplemented("lambda", `the parameter ${member}`);
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
  return {
    BatchSize,
    MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: given.FunctionResponseTypes ?? [],
    ...((FilterCriteria?.Filters?.length ?? 0) === 0 ? {} : { FilterCriteria }),
    ...(ScalingConfig?.MaximumConcurrency === undefined ? {} : { ScalingConfig }),
    ...(MetricsConfig === undefined ? {} : { MetricsConfig }),
    ...(KMSKeyArn ? { KMSKeyArn } : {}),
  };
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((inner) => inner === undefined || isEmpty(inner));
}
