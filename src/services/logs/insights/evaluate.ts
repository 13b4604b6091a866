// The value of an expression for a row. What is missing is undefined, and so is
// what cannot be computed of it.

import { functions } from "./functions.ts";
import { fieldOf, type Row, type Value } from "./row.ts";
import type { Expression } from "./syntax.ts";

export interface QueryTime {
  /** Epoch milliseconds. */
  readonly now: number;
}

export function evaluate(expression: Expression, row: Row, time: QueryTime): Value | undefined {
  switch (expression.type) {
    case "field":
      return fieldOf(row, expression.name);
    case "literal":
      return expression.value;
    case "duration":
      return expression.milliseconds;
    case "not":
      return !isTrue(evaluate(expression.of, row, time));
    case "negate": {
      const value = numberOf(evaluate(expression.of, row, time));
      return value === undefined ? undefined : -value;
    }
    case "match": {
      const value = evaluate(expression.of, row, time);
      return value !== undefined && expression.pattern.test(String(value));
    }
    case "binary":
      return binary(expression, row, time);
    case "call": {
      const made = functions[expression.name];
      return made?.(
        expression.parameters.map((each) => evaluate(each, row, time)),
        row,
        time,
      );
    }
    default:
      return undefined;
  }
}

export function isTrue(value: Value | undefined): boolean {
  return value !== undefined && value !== false && value !== 0 && value !== "";
}

export function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === undefined || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** Numbers before texts; two texts by their letters. */
export function compare(left: Value, right: Value): number {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one !== undefined && other !== undefined) return one - other;
  if (one !== undefined || other !== undefined) return one !== undefined ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function binary(
  { operator, left, right }: Expression & { readonly type: "binary" },
  row: Row,
  time: QueryTime,
): Value | undefined {
  if (operator === "and") return isTrue(evaluate(left, row, time)) && isTrue(evaluate(right, row, time));
  if (operator === "or") return isTrue(evaluate(left, row, time)) || isTrue(evaluate(right, row, time));
  const one = evaluate(left, row, time);
  if (operator === "in") {
    const items = right.type === "list" ? right.items : [right];
    return one !== undefined && items.some((item) => same(one, evaluate(item, row, time)));
  }
  const other = evaluate(right, row, time);
  if (operator === "=") return same(one, other);
  if (operator === "!=") return !same(one, other);
  if (one === undefined || other === undefined) return undefined;
  switch (operator) {
    case "<":
      return compare(one, other) < 0;
    case "<=":
      return compare(one, other) <= 0;
    case ">":
      return compare(one, other) > 0;
    case ">=":
      return compare(one, other) >= 0;
    default:
      return arithmetic(operator, numberOf(one), numberOf(other));
  }
}

function same(one: Value | undefined, other: Value | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (typeof one === "string" && typeof other === "string") return one === other;
  return compare(one, other) === 0;
}

function arithmetic(
  operator: string,
  one: number | undefined,
  other: number | undefined,
): number | undefined {
  if (one === undefined || other === undefined) return undefined;
  const value = compute(operator, one, other);
  return Number.isFinite(value) ? value : undefined;
}

function compute(operator: string, one: number, other: number): number {
  switch (operator) {
    case "+":
      return one + other;
    case "-":
      return one - other;
    case "*":
      return one * other;
    case "/":
      return one / other;
    case "%":
      return one % other;
    default:
      return one ** other;
  }
}
