// Requests speak expressions or the parameters of the time before them, never
// both at once.

import { validation } from "../faults.ts";

const legacyParameters = [
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
] as const;

const expressionParameters = [
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
  "UpdateExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
] as const;

export function refuseMixture(input: object): void {
  const legacy = given(input, legacyParameters);
  if (legacy.length === 0) return;
  const expressions = given(input, expressionParameters);
  if (expressions.length > 0) {
    throw validation(
      "Can not use both expression and non-expression parameters in the same request: " +
        `Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
    );
  }
}

const none: string[] = [];

function given(input: object, parameters: readonly string[]): string[] {
  let found = none;
  for (const parameter of parameters) {
    if ((input as Readonly<Record<string, unknown>>)[parameter] === undefined) continue;
    if (found === none) found = [];
    found.push(parameter);
  }
  return found;
}
