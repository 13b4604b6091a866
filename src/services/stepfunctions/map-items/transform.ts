// What is told of a child's result: the execution with its input and output, the
// output alone (COMPACT), or the elements of an output that is a list (FLATTEN).

import type { Json } from "../asl/data/scope.ts";
import type { ChildResult, WriterAim } from "./aim.ts";

export function resultValues(
  result: ChildResult,
  transformation: WriterAim["config"]["Transformation"],
): readonly Json[] {
  if (transformation === undefined || transformation === "NONE") return [described(result)];
  const output = result.output ?? null;
  return transformation === "FLATTEN" && Array.isArray(output) ? (output as readonly Json[]) : [output];
}

function described(result: ChildResult): Json {
  const { executionArn, name, stateMachineArn, status, input, output, error, cause, startDate, stopDate } =
    result;
  const ended = status === "SUCCEEDED";
  return {
    ExecutionArn: executionArn,
    Input: JSON.stringify(input),
    InputDetails: { Included: true },
    Name: name,
    ...(output === undefined ? {} : { Output: JSON.stringify(output), OutputDetails: { Included: true } }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    RedriveCount: 0,
    RedriveStatus: ended ? "NOT_REDRIVABLE" : "REDRIVABLE",
    ...(ended ? { RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven" } : {}),
    StartDate: new Date(startDate).toISOString(),
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: new Date(stopDate).toISOString(),
  };
}
