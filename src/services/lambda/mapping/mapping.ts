// Event source mappings: what is stored of one, and how AWS shows it.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
} from "../../../model/generated/lambda.d.ts";
import type { FunctionReference } from "../name.ts";

export type MappingState =
  | "Creating"
  | "Enabling"
  | "Enabled"
  | "Disabling"
  | "Disabled"
  | "Updating"
  | "Deleting";

/** What a user sets; AWS's members, with their defaults filled in. */
export interface MappingSettings
  extends Pick<
    CreateEventSourceMappingRequest,
    | "FilterCriteria"
    | "ScalingConfig"
    | "MetricsConfig"
    | "ProvisionedPollerConfig"
    | "FunctionResponseTypes"
    | "KMSKeyArn"
    | "StartingPosition"
    | "StartingPositionTimestamp"
    | "ParallelizationFactor"
    | "MaximumRecordAgeInSeconds"
    | "BisectBatchOnFunctionError"
    | "MaximumRetryAttempts"
    | "TumblingWindowInSeconds"
    | "DestinationConfig"
  > {
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
}

export interface Mapping {
  readonly id: string;
  readonly sourceArn: string;
  readonly functionArn: string;
  readonly reference: FunctionReference;
  readonly settings: MappingSettings;
  /** What the user wants; `state` follows. */
  readonly enabled: boolean;
  readonly state: MappingState;
  /** Epoch milliseconds: where `LATEST` begins. */
  readonly startedAt?: number;
  /** By shard, where the latest record was at that time; for streams that know no times. They expire soon. */
  readonly iterators?: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  readonly lastProcessingResult?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Changes with every change by a user: a poller of another revision ends. */
  readonly revisionId: string;
}

export const MappingRecord = defineResource<Mapping>()({
  service: "lambda",
  type: "event-source-mapping",
  key: (mapping) => [mapping.id],
  arn: (mapping, place) => mappingArn(place, mapping.id),
  named: (input, place) => (typeof input.UUID === "string" ? mappingArn(place, input.UUID) : undefined),
  tags: (mapping) => mapping.tags,
  indexes: {
    function: (mapping) => [mapping.functionArn],
    source: (mapping) => [mapping.sourceArn],
  },
  cached: true,
});

export function mappingArn(place: Place, id: string): string {
  return `arn:aws:lambda:${place.region}:${place.account}:event-source-mapping:${id}`;
}

/** Wakes the mapping's poller. */
export function mappingTopic(id: string): string {
  return `lambda.mapping.${id}`;
}

export function describeMapping(mapping: Mapping, place: Place): EventSourceMappingConfiguration {
  return {
    ...mapping.settings,
    UUID: mapping.id,
    EventSourceMappingArn: mappingArn(place, mapping.id),
    EventSourceArn: mapping.sourceArn,
    FunctionArn: mapping.functionArn,
    LastModified: mapping.lastModified,
    State: mapping.state,
    StateTransitionReason: "USER_INITIATED",
    ...(mapping.lastProcessingResult === undefined
      ? {}
      : { LastProcessingResult: mapping.lastProcessingResult }),
  };
}
