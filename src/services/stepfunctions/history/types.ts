// The kinds of events by number, as they are stored. Only ever added to at the end.

import type { HistoryEventType } from "../asl/history-record.ts";

export const eventTypes: readonly HistoryEventType[] = [
  "ExecutionStarted",
  "ExecutionSucceeded",
  "ExecutionFailed",
  "ExecutionAborted",
  "ExecutionTimedOut",
  "ExecutionRedriven",
  "PassStateEntered",
  "PassStateExited",
  "TaskStateEntered",
  "TaskStateExited",
  "TaskStateAborted",
  "ChoiceStateEntered",
  "ChoiceStateExited",
  "WaitStateEntered",
  "WaitStateExited",
  "WaitStateAborted",
  "SucceedStateEntered",
  "SucceedStateExited",
  "FailStateEntered",
  "ParallelStateEntered",
  "ParallelStateStarted",
  "ParallelStateSucceeded",
  "ParallelStateFailed",
  "ParallelStateAborted",
  "ParallelStateExited",
  "MapStateEntered",
  "MapStateStarted",
  "MapStateSucceeded",
  "MapStateFailed",
  "MapStateAborted",
  "MapStateExited",
  "MapIterationStarted",
  "MapIterationSucceeded",
  "MapIterationFailed",
  "MapIterationAborted",
  "MapRunStarted",
  "MapRunSucceeded",
  "MapRunFailed",
  "MapRunAborted",
  "MapRunRedriven",
  "TaskScheduled",
  "TaskStarted",
  "TaskStartFailed",
  "TaskSubmitted",
  "TaskSubmitFailed",
  "TaskSucceeded",
  "TaskFailed",
  "TaskTimedOut",
  "LambdaFunctionScheduled",
  "LambdaFunctionScheduleFailed",
  "LambdaFunctionStarted",
  "LambdaFunctionStartFailed",
  "LambdaFunctionSucceeded",
  "LambdaFunctionFailed",
  "LambdaFunctionTimedOut",
  "ActivityScheduled",
  "ActivityScheduleFailed",
  "ActivityStarted",
  "ActivitySucceeded",
  "ActivityFailed",
  "ActivityTimedOut",
  "EvaluationFailed",
];

const codes = new Map(eventTypes.map((type, code) => [type, code]));

export function eventCode(type: HistoryEventType): number {
  return codes.get(type)!;
}

/** The member of an event's details that holds the data, where it has one. */
export function payloadMember(type: HistoryEventType): "input" | "output" | "parameters" | undefined {
  if (type === "TaskScheduled") return "parameters";
  if (type.endsWith("StateEntered")) return "input";
  if (type.endsWith("StateExited") || type === "ExecutionSucceeded" || type === "TaskSubmitted")
    return "output";
  if (/^(LambdaFunction|Activity)Scheduled$/.test(type)) return "input";
  return /^(Task|LambdaFunction|Activity)Succeeded$/.test(type) ? "output" : undefined;
}
