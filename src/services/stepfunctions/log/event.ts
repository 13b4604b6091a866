// History events as they appear in CloudWatch Logs, and which of them each
// level of logging lets through.

import type { StoredEvent } from "../history/pack.ts";
import { showEvent } from "../history/show.ts";
import type { RevisionState } from "../state-machine.ts";

export type Level = "ALL" | "ERROR" | "FATAL" | "OFF";

export interface LogLine {
  readonly timestamp: number;
  readonly message: string;
}

export interface LogSettings {
  readonly level: Level;
  readonly includeExecutionData: boolean;
  /** The name of the log group. */
  readonly group: string;
}

const fatal = new Set(["ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"]);
const error = /(Failed|TimedOut|Aborted)$|^FailStateEntered$/;

/** Undefined where nothing is logged. */
export function logSettings(revision: RevisionState): LogSettings | undefined {
  const { level = "OFF", includeExecutionData = false, destinations = [] } = revision.logging ?? {};
  const arn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const group = arn === undefined ? undefined : /:log-group:([^:]+)/.exec(arn)?.[1];
  return level === "OFF" || group === undefined ? undefined : { level, includeExecutionData, group };
}

export function isLogged(event: StoredEvent, level: Level): boolean {
  if (level === "ALL") return true;
  if (fatal.has(event.type)) return true;
  return level === "ERROR" && error.test(event.type);
}

export function logLine(
  event: StoredEvent,
  input: string,
  executionArn: string,
  redriveCount: number,
  includeData: boolean,
): LogLine {
  const { id, type, timestamp, previousEventId, ...details } = showEvent(event, input, includeData);
  return {
    timestamp,
    message: JSON.stringify({
      id: String(id),
      type,
      details: Object.values(details)[0] ?? {},
      redrive_count: String(redriveCount),
      previous_event_id: String(previousEventId ?? 0),
      event_timestamp: String(timestamp),
      execution_arn: executionArn,
    }),
  };
}
