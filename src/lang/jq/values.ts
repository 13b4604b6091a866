// Values as jq has them: their types, their order, and what operators make of
// them.

import { JqError, type Json, type Operator } from "./syntax.ts";

export type JsonObject = { readonly [name: string]: Json };

/** A text that grows beyond this is refused, as is an array. */
export const largestLength = 10_000_000;

export function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

/** As errors show a value: shortened. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return `${typeOf(value)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
}

const ranks = ["null", "false", "true", "number", "string", "array", "object"];

function rank(value: Json): number {
  return ranks.indexOf(typeof value === "boolean" ? String(value) : typeOf(value));
}

/** Types are in order, too. */
export function compare(left: Json, right: Json): number {
  const difference = rank(left) - rank(right);
  if (difference !== 0) return difference;
  if (typeof left === "number" && typeof right === "number")
    return left < right ? -1 : left === right ? 0 : 1;
  if (typeof left === "string" && typeof right === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (isArray(left) && isArray(right)) return compareArrays(left, right);
  if (isObject(left) && isObject(right)) {
    const names = sortedKeys(left);
    const byNames = compareArrays(names, sortedKeys(right));
    if (byNames !== 0) return byNames;
    for (const name of names) {
      const byValue = compare(left[name]!, right[name]!);
      if (byValue !== 0) return byValue;
    }
  }
  return 0;
}

function compareArrays(left: readonly Json[], right: readonly Json[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = compare(left[at]!, right[at]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export function sortedKeys(value: JsonObject): readonly string[] {
  return Object.keys(value).sort((one, other) => compare(one, other));
}

export function add(left: Json, right: Json): Json {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left === "string" && typeof right === "string") return bounded(left + right);
  if (isArray(left) && isArray(right)) return bounded([...left, ...right]);
  if (isObject(left) && isObject(right)) return { ...left, ...right };
  throw cannot(left, right, "added");
}

function bounded<T extends { readonly length: number }>(value: T): T {
  if (value.length > largestLength) throw new JqError("the result is too large");
  return value;
}

function cannot(left: Json, right: Json, what: string): JqError {
  return new JqError(`${shown(left)} and ${shown(right)} cannot be ${what}`);
}

export function subtract(left: Json, right: Json): Json {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (isArray(left) && isArray(right)) {
    return left.filter((each) => !right.some((other) => compare(each, other) === 0));
  }
  throw cannot(left, right, "subtracted");
}

export function multiply(left: Json, right: Json): Json {
  if (typeof left === "number" && typeof right === "number") return left * right;
  if (typeof left === "string" && typeof right === "number") {
    if (right <= 0) return null;
    const times = Math.max(1, Math.trunc(right));
    if (left.length * times > largestLength) throw new JqError("the result is too large");
    return left.repeat(times);
  }
  if (typeof left === "number" && typeof right === "string") return multiply(right, left);
  if (isObject(left) && isObject(right)) return merged(left, right);
  throw cannot(left, right, "multiplied");
}

function merged(left: JsonObject, right: JsonObject): JsonObject {
  const result: { [name: string]: Json } = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const old = result[name];
    result[name] = old !== undefined && isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result;
}

export function divide(left: Json, right: Json): Json {
  if (typeof left === "number" && typeof right === "number") {
    if (right === 0) throw cannot(left, right, "divided because the divisor is zero");
    return left / right;
  }
  if (typeof left === "string" && typeof right === "string") return left === "" ? [] : left.split(right);
  throw cannot(left, right, "divided");
}

export function modulo(left: Json, right: Json): Json {
  if (typeof left !== "number" || typeof right !== "number") throw cannot(left, right, "divided");
  const divisor = Math.trunc(right);
  if (divisor === 0) throw cannot(left, right, "divided because the divisor is zero");
  // Never minus zero.
  return (Math.trunc(left) % Math.abs(divisor)) + 0;
}

/** `.[at]`. */
export function index(value: Json, at: Json): Json {
  if (typeof at === "string") {
    if (value === null) return null;
    if (isObject(value)) return Object.hasOwn(value, at) ? value[at]! : null;
  } else if (typeof at === "number") {
    if (value === null) return null;
    if (isArray(value)) {
      const whole = Math.floor(at);
      return value[whole < 0 ? value.length + whole : whole] ?? null;
    }
  } else if (isObject(at) && (value === null || isArray(value))) {
    return slice(value, at.start ?? null, at.end ?? null);
  } else if (isArray(at) && isArray(value)) {
    return indices(value, at);
  }
  if (typeof at === "string") throw new JqError(`Cannot index ${typeOf(value)} with "${at}"`);
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(at)}`);
}

export function slice(value: Json, from: Json, to: Json): Json {
  if (value === null) return null;
  if (typeof value !== "string" && !isArray(value)) {
    throw new JqError(`Cannot index ${typeOf(value)} with object`);
  }
  if ((from !== null && typeof from !== "number") || (to !== null && typeof to !== "number")) {
    throw new JqError("Start and end indices of an array slice must be numbers");
  }
  const start = from === null ? 0 : Math.floor(from);
  const end = to === null ? undefined : Math.ceil(to);
  // By code points.
  return typeof value === "string" ? [...value].slice(start, end).join("") : value.slice(start, end);
}

export function indices(value: Json, part: Json): Json {
  if (value === null) return null;
  const found: number[] = [];
  if (typeof value === "string" && typeof part === "string") {
    if (part === "") return null;
    for (let at = value.indexOf(part); at >= 0; at = value.indexOf(part, at + 1)) {
      found.push(Buffer.byteLength(value.slice(0, at)));
    }
    return found;
  }
  if (!isArray(value)) return index(value, part);
  const wanted = isArray(part) ? part : [part];
  if (wanted.length === 0) return null;
  for (let at = 0; at + wanted.length <= value.length; at++) {
    if (wanted.every((each, offset) => compare(each, value[at + offset]!) === 0)) found.push(at);
  }
  return found;
}

export function contains(value: Json, part: Json): boolean {
  if (typeOf(value) !== typeOf(part)) {
    throw new JqError(`${shown(value)} and ${shown(part)} cannot have their containment checked`);
  }
  if (typeof value === "string" && typeof part === "string") return value.includes(part);
  if (isObject(value) && isObject(part)) {
    return Object.entries(part).every(
      ([name, each]) =>
        Object.hasOwn(value, name) && typeOf(value[name]!) === typeOf(each) && contains(value[name]!, each),
    );
  }
  if (isArray(value) && isArray(part)) {
    return part.every((each) => value.some((own) => typeOf(own) === typeOf(each) && contains(own, each)));
  }
  return compare(value, part) === 0;
}

export function operate(operator: Operator, left: Json, right: Json): Json {
  switch (operator) {
    case "+":
      return add(left, right);
    case "-":
      return subtract(left, right);
    case "*":
      return multiply(left, right);
    case "/":
      return divide(left, right);
    case "%":
      return modulo(left, right);
    case "==":
      return compare(left, right) === 0;
    case "!=":
      return compare(left, right) !== 0;
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    default:
      return compare(left, right) >= 0;
  }
}
