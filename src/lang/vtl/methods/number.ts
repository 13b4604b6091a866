// java.lang.Integer, Long, Double and Boolean; their static methods too, which
// templates call on any number at hand: `$number.parseInt("5")`.

import { isEqual, textOf, type Value } from "../value.ts";
import type { Method } from "./method.ts";

function parsed(text: Value | undefined, form: RegExp): number | undefined {
  if (typeof text === "number") return text;
  return typeof text === "string" && form.test(text) ? Number(text) : undefined;
}

const parseInteger: Method<number> = (_number, text) => parsed(text, /^[+-]?\d+$/);
const parseDouble: Method<number> = (_number, text) =>
  parsed(text, /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/);
const truncated: Method<number> = (number) => Math.trunc(number);

export const numberMethods: Readonly<Record<string, Method<number>>> = {
  compareTo: (number, other) => (typeof other === "number" ? Math.sign(number - other) : undefined),
  doubleValue: (number) => number,
  equals: (number, other = null) => isEqual(number, other),
  floatValue: (number) => number,
  intValue: truncated,
  isNaN: (number) => Number.isNaN(number),
  longValue: truncated,
  max: (_number, left, right) =>
    typeof left === "number" && typeof right === "number" ? Math.max(left, right) : undefined,
  min: (_number, left, right) =>
    typeof left === "number" && typeof right === "number" ? Math.min(left, right) : undefined,
  parseDouble,
  parseFloat: parseDouble,
  parseInt: parseInteger,
  parseLong: parseInteger,
  toHexString: (_number, value) => (typeof value === "number" ? Math.trunc(value).toString(16) : undefined),
  toString: (number: number, value: Value = number) => textOf(value),
  valueOf: parseDouble,
};

export const booleanMethods: Readonly<Record<string, Method<boolean>>> = {
  booleanValue: (value) => value,
  equals: (value, other = null) => isEqual(value, other),
  toString: (value: boolean) => textOf(value),
};
