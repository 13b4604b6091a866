// How a function's asynchronous events are treated: their age, retries and
// destinations, by qualifier.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { DestinationConfig, FunctionEventInvokeConfig } from "../../model/generated/lambda.d.ts";
import { functionArn } from "./name.ts";

export interface EventInvokeConfig {
  readonly functionName: string;
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly DestinationConfig: DestinationConfig;
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

export const EventInvokeRecord = defineResource<EventInvokeConfig>()({
  service: "lambda",
  type: "event-invoke-config",
  key: (config) => [config.functionName, config.qualifier],
});

export const defaultRetries = 2;
export const defaultMaximumAgeSeconds = 21_600;

export function describeEventInvoke(config: EventInvokeConfig, place: Place): FunctionEventInvokeConfig {
  const { functionName, qualifier, lastModified, ...members } = config;
  return {
    ...members,
    LastModified: lastModified,
    FunctionArn: functionArn(place, functionName, qualifier),
  };
}
