// The Lambda model and the faults that many operations share, in AWS's words.

import { type Fault, fault } from "../../core/fault.ts";
import type { Lambda } from "../../model/generated/lambda.d.ts";
import { modelOf } from "../../model/handle.ts";

export const lambda = modelOf<Lambda>("lambda");

export function notFound(message: string): Fault {
  return fault(lambda, "ResourceNotFoundException", message, { fields: { Type: "User" } });
}

export function functionNotFound(arn: string): Fault {
  return notFound(`Function not found: ${arn}`);
}

export function invalid(message: string): Fault {
  return fault(lambda, "InvalidParameterValueException", message, { fields: { Type: "User" } });
}

export function conflict(message: string): Fault {
  return fault(lambda, "ResourceConflictException", message, { fields: { Type: "User" } });
}

/** What the model's constraints would say, for limits that AWS enforces but the model does not state. */
export function tooLarge(value: number, member: string, maximum: number): Fault {
  return fault(
    lambda,
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${maximum}`,
  );
}

/** Every `RevisionId` in an input must be the current one. */
export function checkRevision(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  throw fault(
    lambda,
    "PreconditionFailedException",
    "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId for your resource.",
    { fields: { Type: "User" } },
  );
}
