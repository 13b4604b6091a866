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
] as const;

interface LegacyConditions {
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly Expected?: object | undefined;
  readonly QueryFilter?: object | undefined;
  readonly ScanFilter?: object | undefined;
}

export function refuseMixture(input: LegacyConditions): void {
  const legacy = given(input, legacyParameters);
  if (legacy.length === 0) return;
  const expressions = given(input, expressionParameters);
  if (expressions.length > 0) {
    throw validation(
      "Can not use both expression and non-expression parameters in the same request: " +
        `Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
    );
  }
  checkOperator(input);
}

/** ConditionalOperator joins several conditions, and needs them. */
function checkOperator(input: LegacyConditions): void {
  if (input.ConditionalOperator === undefined) return;
  const conditions = input.Expected ?? input.QueryFilter ?? input.ScanFilter;
  if (conditions === undefined) {
    throw validation("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (Object.keys(conditions).length < 2) {
    throw validation("ConditionalOperator can only be used when Filter or Expected has two or more elements");
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
