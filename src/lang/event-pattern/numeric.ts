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
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new EventPatternError("Value of numeric must be an array.");
  }
  if (operand.length !== 2 && operand.length !== 4) {
    throw new EventPatternError("Too many or too few terms in numeric range expression");
  }
  const [first, second] = [operand.slice(0, 2), operand.slice(2)].map((pair) =>
    pair.length === 0 ? undefined : comparison(pair[0], pair[1]),
  );
  if (second !== undefined) checkRange(operand);
  return (leaf) => typeof leaf === "number" && first!(leaf) && (second === undefined || second(leaf));
}

function comparison(operator: unknown, bound: unknown): (value: number) => boolean {
  const test = typeof operator === "string" ? operators[operator] : undefined;
  if (test === undefined)
    throw new EventPatternError(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof bound !== "number") {
    throw new EventPatternError(`Value of ${String(operator)} must be numeric`);
  }
  if (Math.abs(bound) > largest) {
    throw new EventPatternError(`Value must be between -5.0E9 and 5.0E9, inclusive`);
  }
  return (value) => test(value, bound);
}

/** A range goes up: first `>` or `>=`, then `<` or `<=`. */
function checkRange([low, bottom, high, top]: readonly unknown[]): void {
  if (!String(low).startsWith(">") || !String(high).startsWith("<")) {
    throw new EventPatternError(`Bad numeric range operator: ${String(high)}`);
  }
  if ((bottom as number) >= (top as number)) throw new EventPatternError("Bottom must be less than top");
}
