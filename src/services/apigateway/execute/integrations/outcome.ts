// What access logs may tell of an integration: its latency, its status, and why
// it failed, under the names that AWS gave them over the years.

import type { ValueMap } from "../../../../lang/vtl/value.ts";
import type { Exchange } from "../exchange.ts";

interface Outcome {
  readonly latency?: number;
  /** The backend's. */
  readonly status?: number;
  readonly error?: string;
}

export function noteOutcome({ context }: Exchange, { latency, status, error }: Outcome): void {
  const integration = context.integration as ValueMap;
  if (latency !== undefined) {
    context.integrationLatency = latency;
    integration.latency = latency;
  }
  if (status !== undefined) {
    context.integrationStatus = status;
    integration.integrationStatus = status;
    integration.status = status;
  }
  if (error !== undefined) {
    context.integrationErrorMessage = error;
    integration.error = error;
  }
}

/** For both logs. */
export function noteFailure(exchange: Exchange, error: string): void {
  exchange.log.error(error);
  noteOutcome(exchange, { error });
}
