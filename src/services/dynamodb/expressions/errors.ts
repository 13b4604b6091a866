// The faults of expressions: AWS prefixes each with the parameter it found it in.

import type { Fault } from "../../../core/fault.ts";
import { validation } from "../faults.ts";

export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

export function undefinedValue(kind: ExpressionKind, name: string): Fault {
  return invalidExpression(
    kind,
    `An expression attribute value used in expression is not defined; attribute value: ${name}`,
  );
}

export function invalidExpression(kind: ExpressionKind, detail: string): Fault {
  return validation(`Invalid ${kind}: ${detail}`);
}
