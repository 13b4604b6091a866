// Dead letters: the event itself, with attributes that tell which rule and
// target it was for and why it never arrived.

import type { Aim, TargetFailure } from "../../../core/target.ts";
import type { Attempt } from "./deliver.ts";

export interface Exhaustion {
  /** Undefined where trying again would not have helped. */
  readonly condition: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | undefined;
  readonly attempts: number;
}

/** None where the target has no dead-letter queue. */
export function deadLetter(
  { delivery, rule, target, aim }: Attempt,
  failure: TargetFailure,
  { condition, attempts }: Exhaustion,
): readonly Aim[] {
  const arn = target.target.DeadLetterConfig?.Arn;
  if (arn === undefined) return [];
  const attributes = {
    RULE_ARN: rule.rule.arn,
    TARGET_ARN: aim.arn,
    ERROR_CODE: errorCode(failure),
    ERROR_MESSAGE: failure.message === "" ? failure.code : failure.message,
    ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
    RETRY_ATTEMPTS: String(attempts),
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
  const source = "events.amazonaws.com";
  return [
    { arn, input: delivery.event, source, sourceArn: rule.rule.arn, parameters: { MessageAttributes } },
  ];
}

/** AWS's codes for dead letters, by what the target's service said. */
function errorCode({ code, passing }: TargetFailure): string {
  if (code.endsWith("_HOP_DETECTED")) return code;
  if (/AccessDenied|NotAuthorized|Unauthorized/.test(code)) return "NO_PERMISSIONS";
  if (/NotFound|DoesNotExist|NonExistent|NoSuch/.test(code)) return "NO_RESOURCE";
  if (/Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded/.test(code)) return "THROTTLING";
  if (/Invalid|Validation|MissingParameter|Serialization/.test(code)) return "INVALID_PARAMETER";
  if (code === "ConnectionFailure") return "CONNECTION_FAILURE";
  if (code === "Timeout") return "TIMEOUT";
  if (/InternalFailure|Internal/.test(code)) return "INTERNAL_ERROR";
  return passing ? "ERROR_FROM_TARGET" : "SDK_CLIENT_ERROR";
}
