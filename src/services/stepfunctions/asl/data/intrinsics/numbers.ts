// Intrinsic functions on numbers.

import { seeded } from "../../../../../lang/jsonata/seeded.ts";
import type { Intrinsic } from "./functions.ts";
import { integerOf } from "./values.ts";

export const mathAdd: Intrinsic = ([a, b]) => {
  const sum = integerOf(a, 1) + integerOf(b, 2);
  if (sum < -(2 ** 31) || sum > 2 ** 31 - 1) throw new Error("The sum is beyond the range of an integer");
  return sum;
};

/** From the start, inclusive, to the end, exclusive. */
export const mathRandom: Intrinsic = ([from, to, seed], scope) => {
  const [start, end] = [integerOf(from, 1), integerOf(to, 2)];
  if (end <= start) throw new Error("The end must be greater than the start");
  const fraction = seed === undefined ? scope.random() : seeded(integerOf(seed, 3));
  return start + Math.floor(fraction * (end - start));
};
