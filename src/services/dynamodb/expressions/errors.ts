// The faults of expressions: AWS prefixes each with the parameter it found it in.

import type { Fault } from "../../../core/fault.ts";
import { validation } from "../faults.ts";

export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

export function undefinedValue(kind: ExpressionKind | undefined, name: string): Fault {
  return invalidExpression(
    kind,
    `An expression attribute value used in expression is not defined; attribute value: ${name}`,
  );
}

/** Without a kind where the condition came otherwise than as an expression. */
export function invalidExpression(kind: ExpressionKind | undefined, detail: string): Fault {
  return validation(kind === undefined ? detail : `Invalid ${kind}: ${detail}`);
}
