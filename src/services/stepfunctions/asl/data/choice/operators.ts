// The comparison operators of a JSONPath Choice. Values of different types are
// never equal, greater or less: the comparison is false, not an error.

import type { Json } from "../scope.ts";
import { matchesPattern } from "./string-matches.ts";
import { parseTimestamp } from "./timestamp.ts";

export type Comparison = (value: Json, operand: Json) => boolean;

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** Undefined where the two have no order of that kind. */
type Order = (a: Json, b: Json) => number | undefined;

const texts: Order = (a, b) => {
  if (typeof a !== "string" || typeof b !== "string") return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
};

const numbers: Order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : undefined);

const timestamps: Order = (a, b) => {
  const [left, right] = [parseTimestamp(a), parseTimestamp(b)];
  return left === undefined || right === undefined ? undefined : left - right;
};

function ordered(prefix: string, order: Order): readonly (readonly [string, Comparison])[] {
  return Object.entries(orders).map(([name, holds]) => [
    `${prefix}${name}`,
    (value, operand) => {
      const found = order(value, operand);
      return found !== undefined && holds(found);
    },
  ]);
}

/** By operator; each has a form with `Path` at the end, but StringMatches. */
export const comparisons: Readonly<Record<string, Comparison>> = Object.fromEntries([
  ...ordered("String", texts),
  ...ordered("Numeric", numbers),
  ...ordered("Timestamp", timestamps),
  ["BooleanEquals", (value: Json, operand: Json) => typeof value === "boolean" && value === operand],
  [
    "StringMatches",
    (value: Json, operand: Json) => typeof value === "string" && matchesPattern(value, String(operand)),
  ],
]);

export const typeTests: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: (value) => parseTimestamp(value) !== undefined,
};
