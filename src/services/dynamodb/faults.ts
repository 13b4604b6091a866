// The faults that every part of DynamoDB throws. Most are a
// ValidationException that differs only in its message.

import { Fault, type FaultOptions } from "../../core/fault.ts";
import type { Dynamodb } from "../../model/generated/dynamodb.d.ts";
import { modelOf } from "../../model/handle.ts";

export const dynamodb = modelOf<Dynamodb>("dynamodb");

export function validation(message: string): Fault {
  return new Fault("dynamodb", "ValidationException", message);
}

/**
 * PutItem, UpdateItem and DeleteItem put what is wrong with a request in itself,
 * whatever the table is, in an envelope; what the table shows to be wrong comes bare.
 */
export function enveloped<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "ValidationException") throw error;
    throw validation(`1 validation error detected: ${error.message}`);
  }
}

/**
 * AWS checks values in one of two layers, which word some faults differently:
 * the older one serves BatchWriteItem, Scan and the transactions.
 */
export type Wording = "current" | "older";

/** What is empty where a key needs something; transactions refuse it before they begin, unlike other wrong keys. */
export class EmptyKeyFault extends Fault {
  constructor(detail: string) {
    super("dynamodb", "ValidationException", `One or more parameter values are not valid. ${detail}`);
  }
}

/** AWS's usual opening for what a model cannot check. */
export function invalidParameter(detail: string): Fault {
  return validation(`One or more parameter values were invalid: ${detail}`);
}

export function dynamodbFault(code: Dynamodb["errors"], message: string, options?: FaultOptions): Fault {
  return new Fault("dynamodb", code, message, options);
}
