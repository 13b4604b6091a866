// The Step Functions model, and the faults that many operations share, in AWS's words.

import { type Fault, fault } from "../../core/fault.ts";
import type { Stepfunctions } from "../../model/generated/stepfunctions.d.ts";
import { modelOf } from "../../model/handle.ts";

export const stepfunctions = modelOf<Stepfunctions>("stepfunctions");

type Operations = Stepfunctions["operations"];
export type Input<O extends keyof Operations> = Readonly<Operations[O]["input"]>;
export type Output<O extends keyof Operations> = Operations[O]["output"];

export function invalidArn(why: string): Fault {
  return fault(stepfunctions, "InvalidArn", `Invalid Arn: '${why}'`);
}

export function stateMachineDoesNotExist(arn: string): Fault {
  return fault(stepfunctions, "StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

export function executionDoesNotExist(arn: string): Fault {
  return fault(stepfunctions, "ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
}

export function activityDoesNotExist(arn: string): Fault {
  return fault(stepfunctions, "ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
}

export function resourceNotFound(arn: string): Fault {
  return fault(stepfunctions, "ResourceNotFound", `Resource not found: '${arn}'`, {
    fields: { resourceName: arn },
  });
}

export function typeNotSupported(): Fault {
  return fault(
    stepfunctions,
    "StateMachineTypeNotSupported",
    "This operation is not supported by this type of state machine",
  );
}

export function invalid(message: string, reason?: string): Fault {
  return fault(
    stepfunctions,
    "ValidationException",
    message,
    reason === undefined ? {} : { fields: { reason } },
  );
}

// White space, brackets, wildcards, other special and control characters: what the names of all resources may not hold.
// biome-ignore lint/suspicious/noControlCharactersInRegex: AWS names these characters.
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

export function checkRole(roleArn: string): void {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) return;
  throw fault(stepfunctions, "InvalidArn", `Invalid Role Arn: '${roleArn}'`);
}

export function checkName(name: string): void {
  if (name.length <= 80 && !forbidden.test(name)) return;
  throw fault(stepfunctions, "InvalidName", `Invalid Name: '${name}'`);
}
