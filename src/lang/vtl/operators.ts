// Arithmetic and comparison as Velocity has them: integers stay integers, what
// cannot be computed is nothing, and a text takes part in sums only.

import { bounded } from "./limits.ts";
import type { BinaryOperator } from "./syntax.ts";
import { isEqual, textOf, type Value } from "./value.ts";

type Operator = (left: Value, right: Value) => Value;

/** `and` and `or` look at their right side only where they must: the compiler has them. */
export const operators: Readonly<Record<Exclude<BinaryOperator, "and" | "or">, Operator>> = {
  eq: isEqual,
  ne: (left, right) => !isEqual(left, right),
  lt: comparison((left, right) => left < right),
  le: comparison((left, right) => left <= right),
  gt: comparison((left, right) => left > right),
  ge: comparison((left, right) => left >= right),
  "+": (left, right) => {
    if (typeof left === "number" && typeof right === "number") return left + right;
    if (left === null || right === null) return null;
    if (typeof left !== "string" && typeof right !== "string") return null;
    return bounded(textOf(left) + textOf(right));
  },
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  "/": arithmetic((left, right) => {
    if (right === 0) return null;
    return whole(left, right) ? Math.trunc(left / right) : left / right;
  }),
  "%": arithmetic((left, right) => (right === 0 ? null : left % right)),
};

function whole(left: number, right: number): boolean {
  return Number.isInteger(left) && Number.isInteger(right);
}

function comparison(holds: (left: number, right: number) => boolean): Operator {
  return (left, right) => typeof left === "number" && typeof right === "number" && holds(left, right);
}

function arithmetic(compute: (left: number, right: number) => number | null): Operator {
  return (left, right) =>
    typeof left === "number" && typeof right === "number" ? compute(left, right) : null;
}
