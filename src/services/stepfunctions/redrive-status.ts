// Whether an execution can be redriven, and if not, why.

import { maximumEvents } from "./asl/limits.ts";
import type { ExecutionState } from "./execution.ts";

const redrivableMilliseconds = 14 * 86_400_000;
const maximumRedrives = 1_000;

export interface RedriveStatus {
  readonly redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE" | "REDRIVABLE_BY_MAP_RUN";
  readonly redriveStatusReason?: string;
}

export function redriveStatus(execution: ExecutionState, now: number): RedriveStatus {
  const reason = reasonAgainst(execution, now);
  if (reason !== undefined) return { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason };
  return { redriveStatus: execution.mapRun === undefined ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN" };
}

function reasonAgainst(execution: ExecutionState, now: number): string | undefined {
  const { status, stoppedAt, events, redriveCount = 0 } = execution;
  if (status === "RUNNING" || status === "SUCCEEDED" || status === "PENDING_REDRIVE") {
    return `Execution is ${status} and cannot be redriven`;
  }
  // The history must have room for the event of the redrive and for an end.
  if (events >= maximumEvents - 1) return "Execution history event limit exceeded";
  if (redriveCount >= maximumRedrives) return "Execution has exceeded the maximum number of redrives";
  if (stoppedAt !== undefined && now - stoppedAt > redrivableMilliseconds) {
    return "Execution redrivable period exceeded";
  }
  return undefined;
}
