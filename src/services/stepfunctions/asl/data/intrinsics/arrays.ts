// Intrinsic functions on arrays.

import { isDeepStrictEqual } from "node:util";
import type { Intrinsic } from "./functions.ts";
import { arrayOf, integerOf } from "./values.ts";

export const array: Intrinsic = (values) => [...values];

export const arrayContains: Intrinsic = ([values, wanted]) =>
  arrayOf(values, 1).some((value) => isDeepStrictEqual(value, wanted));

export const arrayGetItem: Intrinsic = ([values, at]) => {
  const items = arrayOf(values, 1);
  const index = integerOf(at, 2);
  const found = index < 0 ? undefined : items[index];
  if (found === undefined) throw new Error(`Index ${index} out of bounds for length ${items.length}`);
  return found;
};

export const arrayLength: Intrinsic = ([values]) => arrayOf(values, 1).length;

export const arrayPartition: Intrinsic = ([values, chunk]) =>
  partition(arrayOf(values, 1), integerOf(chunk, 2));

export function partition<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size < 1) throw new Error("The chunk size must be a positive integer");
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

export const arrayRange: Intrinsic = ([first, last, step]) =>
  range(integerOf(first, 1), integerOf(last, 2), integerOf(step, 3));

const longestRange = 1_000;

/** Both ends are inclusive. */
export function range(first: number, last: number, step: number): readonly number[] {
  if (step === 0) throw new Error("The step must not be 0");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > longestRange) throw new Error(`A range has at most ${longestRange} elements`);
  return Array.from({ length }, (_, at) => first + at * step);
}

export const arrayUnique: Intrinsic = ([values]) => {
  const seen = new Set<string>();
  return arrayOf(values, 1).filter((value) => {
    const text = JSON.stringify(sorted(value));
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
};

/** Objects are equal whatever the order of their fields. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => ({ [name]: sorted(inner) }));
}
