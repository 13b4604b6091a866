// `{"numeric": [">", 0, "<=", 5]}`: one comparison, or a range of two.

import type { LeafTest } from "./matcher.ts";
import { EventPatternError } from "./pattern-error.ts";

const operators: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** EventBridge compares numbers between -5e9 and 5e9. */
const largest = 5_000_000_000;

export function numericTest(operand: unknown): LeafTest {
  if (!Array.isArray(operand)) throw new EventPatternError("Value of numeric must be an array.");
  const [operator, , top] = operand as readonly unknown[];
  if (typeof operator !== "string")
    throw at(operand, 0, `Invalid member in numeric match: ${shown(operator)}`);
  const test = operators[operator];
  if (test === undefined) throw at(operand, 0, `Unrecognized numeric range operator: ${operator}`);
  const bound = boundAt(operand, 1, operator === "=" ? "equals" : operator);
  const single: LeafTest = (leaf) => typeof leaf === "number" && test(leaf, bound);
  if (operand.length === 2) return single;
  if (!operator.startsWith(">")) throw at(operand, 2, "Too many elements in numeric expression");
  if (typeof top !== "string") throw at(operand, 2, `Bad value in numeric range: ${shown(top)}`);
  const upper = top === "<" || top === "<=" ? operators[top] : undefined;
  if (upper === undefined) throw at(operand, 2, `Bad numeric range operator: ${top}`);
  const limit = boundAt(operand, 3, top);
  if (operand.length > 4) throw at(operand, 4, "Too many terms in numeric range expression");
  if (bound >= limit) throw new EventPatternError("Bottom must be less than top", true);
  return (leaf) => single(leaf) && upper(leaf as number, limit);
}

function boundAt(operand: readonly unknown[], position: number, operator: string): number {
  const bound = operand[position];
  if (typeof bound !== "number") throw at(operand, position, `Value of ${operator} must be numeric`);
  if (Math.abs(bound) > largest) {
    throw at(operand, position, "Value must be between -5.0E9 and 5.0E9, inclusive");
  }
  return bound;
}

/** Where the list is too short, the fault is at its end. */
function at(operand: readonly unknown[], position: number, message: string): EventPatternError {
  const error = new EventPatternError(message, position >= operand.length);
  if (position < operand.length) error.path.unshift(position);
  return error;
}

const shown = (value: unknown): string =>
  value === undefined ? "]" : typeof value === "object" && value !== null ? "{" : String(value);
