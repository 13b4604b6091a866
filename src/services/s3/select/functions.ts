// The operators and functions of S3 Select's SQL over values: a number in a
// text counts as one where the other side is a number, for all of CSV is text.

import type { Value } from "./expression.ts";
import { refused } from "./lexer.ts";

type Implementation = (operands: readonly Value[]) => Value;

const text = (value: Value): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw refused(
    "EvaluatorInvalidArguments",
    "Incorrect type of arguments in function call in the SQL expression.",
  );
};

/** Undefined where it is none. */
export function numeric(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

const number = (value: Value): number => {
  const found = numeric(value);
  if (found === undefined)
    throw refused("InvalidDataType", "The SQL expression contains an invalid data type.");
  return found;
};

const arithmetic = (apply: (a: number, b: number) => number): Implementation =>
  known(([a, b]) => apply(number(a), number(b)));

/** Of null comes null. */
function known(apply: Implementation): Implementation {
  return (operands) =>
    operands.some((each) => each === null || each === undefined) ? null : apply(operands);
}

function compared(test: (order: number) => boolean): Implementation {
  return known(([a, b]) => {
    const order = orderOf(a, b);
    return order === undefined ? false : test(order);
  });
}

/** Undefined where the two have no order. */
export function orderOf(a: Value, b: Value): number | undefined {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" || typeof b === "boolean")
    return String(a).toLowerCase() === String(b).toLowerCase() ? 0 : undefined;
  const [x, y] = [numeric(a), numeric(b)];
  return x === undefined || y === undefined ? undefined : x - y;
}

function like([value, pattern, escaping]: readonly Value[]): Value {
  const mark = escaping === undefined ? undefined : text(escaping);
  let source = "";
  const letters = [...text(pattern)];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at]!;
    if (letter === mark) source += literal(letters[++at] ?? "");
    else if (letter === "%") source += "[^]*?";
    else source += letter === "_" ? "[^]" : literal(letter);
  }
  return new RegExp(`^${source}$`, "u").test(text(value));
}

function literal(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function substring([value, from, length]: readonly Value[]): Value {
  const letters = [...text(value)];
  const start = number(from) - 1;
  const end = length === undefined ? letters.length : start + number(length);
  return letters.slice(Math.max(0, start), Math.max(0, end)).join("");
}

function trim([side, characters, value]: readonly Value[]): Value {
  const cut = new Set(text(characters));
  const letters = [...text(value)];
  let [start, end] = [0, letters.length];
  while (side !== "TRAILING" && start < end && cut.has(letters[start]!)) start++;
  while (side !== "LEADING" && end > start && cut.has(letters[end - 1]!)) end--;
  return letters.slice(start, end).join("");
}

export const functions: Readonly<Record<string, Implementation>> = {
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  "/": arithmetic((a, b) => {
    if (b === 0) throw refused("DivisionByZero", "Attempt to divide by zero.");
    return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
  }),
  "%": arithmetic((a, b) => {
    if (b === 0) throw refused("DivisionByZero", "Attempt to divide by zero.");
    return a % b;
  }),
  "||": known(([a, b]) => text(a) + text(b)),
  "=": compared((order) => order === 0),
  "<>": known(([a, b]) => orderOf(a, b) !== 0),
  "<": compared((order) => order < 0),
  "<=": compared((order) => order <= 0),
  ">": compared((order) => order > 0),
  ">=": compared((order) => order >= 0),
  NOT: known(([a]) => a !== true),
  "IS NULL": ([a]) => a === null || a === undefined,
  "IS MISSING": ([a]) => a === undefined,
  IN: ([value, ...list]) =>
    value === null || value === undefined ? null : list.some((each) => orderOf(value, each) === 0),
  LIKE: (operands) => (operands[0] === null || operands[0] === undefined ? null : like(operands)),
  COALESCE: (operands) => operands.find((each) => each !== null && each !== undefined) ?? null,
  NULLIF: ([a, b]) => (orderOf(a, b) === 0 ? null : a),
  CHAR_LENGTH: known(([a]) => [...text(a)].length),
  CHARACTER_LENGTH: known(([a]) => [...text(a)].length),
  LOWER: known(([a]) => text(a).toLowerCase()),
  UPPER: known(([a]) => text(a).toUpperCase()),
  SUBSTRING: (operands) => (operands[0] === null || operands[0] === undefined ? null : substring(operands)),
  TRIM: known(trim),
};

export const functionNames: ReadonlySet<string> = new Set(
  Object.keys(functions).filter((name) => /^[A-Z_]+$/.test(name) && !["NOT", "IN", "LIKE"].includes(name)),
);

export function cast(value: Value, type: string): Value {
  if (value === null || value === undefined) return null;
  switch (type) {
    case "STRING":
      return text(value);
    case "BOOL":
    case "BOOLEAN": {
      const lower = text(value).toLowerCase();
      if (lower === "true" || lower === "false") return lower === "true";
      break;
    }
    default: {
      const found = numeric(value);
      if (found !== undefined) return type === "INT" || type === "INTEGER" ? Math.trunc(found) : found;
    }
  }
  throw refused(
    "CastFailed",
    `Attempt to convert from one data type to another using CAST failed in the SQL expression.`,
  );
}
