// The comparisons of a filter, between two values that may be missing.

import type { JsonValue } from "../../model/shapes.ts";
import { JsonPathError } from "./path-error.ts";

export type Operator = (left: JsonValue | undefined, right: JsonValue | undefined) => boolean;

export function operatorOf(sign: string): Operator {
  const operator = operators[sign];
  if (operator === undefined) throw new JsonPathError(`Filter operator ${sign} is not supported`);
  return operator;
}

const operators: Readonly<Record<string, Operator>> = {
  "==": equals,
  "!=": (left, right) => !equals(left, right),
  "<": (left, right) => order(left, right) < 0,
  "<=": (left, right) => order(left, right) <= 0,
  ">": (left, right) => order(left, right) > 0,
  ">=": (left, right) => order(left, right) >= 0,
  in: (left, right) => list(right).some((each) => equals(left, each)),
  nin: (left, right) => !list(right).some((each) => equals(left, each)),
  subsetof: (left, right) => Array.isArray(left) && left.every((each) => includes(right, each)),
  anyof: (left, right) => list(left).some((each) => includes(right, each)),
  noneof: (left, right) => !list(left).some((each) => includes(right, each)),
  contains: (left, right) =>
    typeof left === "string" ? typeof right === "string" && left.includes(right) : includes(left, right),
  size: (left, right) => sized(left) && left.length === right,
  empty: (left, right) => sized(left) && (left.length === 0) === right,
};

function sized(value: JsonValue | undefined): value is string | readonly JsonValue[] {
  return typeof value === "string" || Array.isArray(value);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function includes(values: JsonValue | undefined, value: JsonValue | undefined): boolean {
  return list(values).some((each) => equals(each, value));
}

/** NaN, which no comparison likes, where the two have no order. */
function order(left: JsonValue | undefined, right: JsonValue | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  return Number.NaN;
}

/** Numbers equal texts that spell them, as in the original dialect; objects and arrays compare by content. */
export function equals(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || left === null || right === null) return false;
  if (typeof left === "number" && typeof right === "string") return spells(right, left);
  if (typeof left === "string" && typeof right === "number") return spells(left, right);
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    const [a, b] = [list(left), list(right)];
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      a.length === b.length &&
      a.every((each, at) => equals(each, b[at]))
    );
  }
  const [a, b] = [left, right] as readonly Readonly<Record<string, JsonValue>>[];
  const names = Object.keys(a!);
  return (
    names.length === Object.keys(b!).length &&
    names.every((name) => Object.hasOwn(b!, name) && equals(a![name], b![name]))
  );
}

function spells(text: string, value: number): boolean {
  return text.trim() !== "" && Number(text) === value;
}
