// Dead letters of schedules: the input, with attributes that tell whose it was
// and why it never arrived.

import type { Aim, TargetFailure } from "../../core/target.ts";
import type { Attempt, Exhaustion } from "./fire.ts";

/** None where the target has no dead-letter queue. */
export function deadLetter(attempt: Attempt, failure: TargetFailure, exhausted: Exhaustion): readonly Aim[] {
  const { aim, target, failures, executionId, at, firstAt } = attempt;
  const arn = target.DeadLetterConfig?.Arn;
  if (arn === undefined) return [];
  const attributes = {
    SCHEDULE_ARN: aim.sourceArn,
    TARGET_ARN: aim.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message === "" ? failure.code : failure.message,
    EXECUTION_ID: executionId,
    SCHEDULED_TIME: `${new Date(at).toISOString().slice(0, 19)}Z`,
    EXECUTION_TIME: `${new Date(firstAt).toISOString().slice(0, 19)}Z`,
    RETRY_ATTEMPTS: String(failures),
    ...(exhausted === "NotRetryable" ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
  const { source, sourceArn, roleArn, input } = aim;
  return [{ arn, input, roleArn, source, sourceArn, parameters: { MessageAttributes } }];
}
