// What values of patches may be: every value comes as text.

import { badRequest } from "../model.ts";
import type { Reader } from "./rule.ts";

export const text: Reader = (value) => value;

export const flag: Reader = (value) => {
  const lower = value.toLowerCase();
  if (lower !== "true" && lower !== "false") throw badRequest(`Invalid boolean value specified: ${value}`);
  return lower === "true";
};

export const integer =
  (minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): Reader =>
  (value) => {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= minimum && number <= maximum))
      throw badRequest(`Invalid integer value specified: ${value}`);
    return number;
  };

export const decimal =
  (minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): Reader =>
  (value) => {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (!(number >= minimum && number <= maximum))
      throw badRequest(`Invalid number value specified: ${value}`);
    return number;
  };

/** One of AWS's names for something. */
export const oneOf =
  (...choices: readonly string[]): Reader =>
  (value) => {
    if (!choices.includes(value)) {
      throw badRequest(`Invalid enum value ${value} specified. Must be one of: [${choices.join(", ")}]`);
    }
    return value;
  };
