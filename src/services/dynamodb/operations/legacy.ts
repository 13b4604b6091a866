// The parameters of the time before expressions. They are not done yet, and
// say so rather than being overlooked.

import { notImplemented } from "../../../core/fault.ts";

const legacyParameters = [
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
] as const;

export function refuseLegacy(operation: string, input: object): void {
  for (const parameter of legacyParameters) {
    if ((input as Readonly<Record<string, unknown>>)[parameter] !== undefined) {
      throw notImplemented("dynamodb", `${operation} with the legacy parameter ${parameter}`);
    }
  }
}
