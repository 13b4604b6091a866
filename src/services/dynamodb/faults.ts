// The faults that every part of DynamoDB throws. Most are a
// ValidationException that differs only in its message.

import { Fault, type FaultOptions } from "../../core/fault.ts";
import type { Dynamodb } from "../../model/generated/dynamodb.d.ts";
import { modelOf } from "../../model/handle.ts";

export const dynamodb = modelOf<Dynamodb>("dynamodb");

export function validation(message: string): Fault {
  return new Fault("dynamodb", "ValidationException", message);
}

/** AWS's usual opening for what a model cannot check. */
export function invalidParameter(detail: string): Fault {
  return validation(`One or more parameter values were invalid: ${detail}`);
}

export function dynamodbFault(code: Dynamodb["errors"], message: string, options?: FaultOptions): Fault {
  return new Fault("dynamodb", code, message, options);
}
