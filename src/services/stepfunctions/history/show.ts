// Events as the API shows them: data as texts, details under a member of their own.

import type { HistoryEvent } from "../../../model/generated/stepfunctions.d.ts";
import type { Json } from "../asl/data/scope.ts";
import type { StoredEvent } from "./pack.ts";
import { payloadMember } from "./types.ts";

/** `input`: the execution's own, as it was given. */
export function showEvent(event: StoredEvent, input: string, includeData: boolean): HistoryEvent {
  const { type, id, previous, at } = event;
  const shown = showDetails(event, input, includeData);
  return {
    timestamp: at,
    type,
    id,
    previousEventId: previous,
    ...(shown === undefined ? {} : { [detailsMember(type)]: shown }),
  };
}

function showDetails(event: StoredEvent, input: string, includeData: boolean): object | undefined {
  const { type, details = {} } = event;
  const shown: Record<string, unknown> = {};
  const member = payloadMember(type);
  if (type === "ExecutionStarted") {
    if (includeData) shown.input = input;
    shown.inputDetails = { truncated: false };
  }
  for (const [name, value] of Object.entries(details)) {
    if (value === undefined) continue;
    if (name === "assignedVariables") {
      if (includeData) shown.assignedVariables = texts(value);
      shown.assignedVariablesDetails = { truncated: false };
    } else if (name !== member) shown[name] = value;
    else {
      if (includeData || name === "parameters") shown[name] = JSON.stringify(value);
      if (name !== "parameters") shown[`${name}Details`] = { truncated: false };
    }
  }
  return Object.keys(shown).length > 0 || alwaysDetailed.has(type) ? shown : undefined;
}

const alwaysDetailed = new Set(["ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"]);

function texts(variables: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables as { readonly [name: string]: Json }).map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  );
}

function detailsMember(type: HistoryEvent["type"]): string {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
