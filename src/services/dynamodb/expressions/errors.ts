// The faults of expressions: AWS prefixes each with the parameter it found it in.

import type { Fault } from "../../../core/fault.ts";
import { validation } from "../faults.ts";

export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

export function invalidExpression(kind: ExpressionKind, detail: string): Fault {
  return validation(`Invalid ${kind}: ${detail}`);
}
