// The functions that may end a path: `$.items.length()`.

import type { JsonValue } from "../../model/shapes.ts";
import { JsonPathError } from "./path-error.ts";

/** Undefined where the value is none that the function takes. */
export type PathFunction = (
  value: JsonValue,
  parameters: readonly (JsonValue | undefined)[],
) => JsonValue | undefined;

export function functionOf(name: string): PathFunction {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined) throw new JsonPathError(`Function with name: ${name} does not exist.`);
  return found;
}

const functions: Readonly<Record<string, PathFunction>> = {
  length: (value) => {
    if (typeof value === "string" || Array.isArray(value)) return value.length;
    return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
  },
  size: (value) => (typeof value === "object" && value !== null ? Object.keys(value).length : undefined),
  keys: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined,
  min: numeric((numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: numeric((numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  sum: numeric(sum),
  avg: numeric((numbers) => sum(numbers) / numbers.length),
  stddev: numeric((numbers) => {
    const mean = sum(numbers) / numbers.length;
    return Math.sqrt(sum(numbers.map((each) => (each - mean) ** 2)) / numbers.length);
  }),
  concat: (value, parameters) =>
    [...(Array.isArray(value) ? (value as readonly JsonValue[]) : []), ...parameters.flat()]
      .filter((each) => typeof each === "string" || typeof each === "number")
      .join(""),
  append: (value, parameters) =>
    Array.isArray(value) ? [...value, ...parameters.filter((each) => each !== undefined)] : undefined,
  first: (value) => (Array.isArray(value) ? (value as readonly JsonValue[])[0] : undefined),
  last: (value) => (Array.isArray(value) ? (value as readonly JsonValue[]).at(-1) : undefined),
  index: (value, [at]) =>
    Array.isArray(value) && typeof at === "number" ? (value as readonly JsonValue[]).at(at) : undefined,
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function numeric(reduce: (numbers: readonly number[]) => number): PathFunction {
  return (value, parameters) => {
    const own = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
    const numbers = [...own, ...parameters.flat()].filter((each): each is number => typeof each === "number");
    return numbers.length === 0 ? undefined : reduce(numbers);
  };
}
