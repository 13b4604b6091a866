// Event patterns, as EventBridge rules, pipes, event source mappings and SNS
// payload filters write them: compiled once to a test of a JSON value.

import { type Comparison, comparison, isObject, type Leaf } from "./matcher.ts";
import { EventPatternError, within } from "./pattern-error.ts";

export type EventTest = (event: unknown) => boolean;

/** `pattern` is a JSON value. Throws `EventPatternError`, with EventBridge's reason, where it is no pattern. */
export function compileEventPattern(pattern: unknown): EventTest {
  if (!isObject(pattern)) throw new EventPatternError("Filter is not an object");
  return compileObject(pattern);
}

/** As `compileEventPattern`, from JSON text. */
export function parseEventPattern(text: string): EventTest {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw new EventPatternError((error as Error).message);
  }
  return compileEventPattern(pattern);
}

/**
 * All fields must match. Where the event has an array of objects, one of its
 * elements must match all of them: fields of different elements do not add up.
 */
function compileObject(pattern: Readonly<Record<string, unknown>>): EventTest {
  const tests = Object.entries(pattern).map(([name, rule]) =>
    within(name, () =>
      name === "$or" && isAlternatives(rule) ? compileAlternatives(rule) : compileField(name, rule),
    ),
  );
  if (tests.length === 0) throw new EventPatternError("Empty objects are not allowed", true);
  const test: EventTest = (value) => {
    if (Array.isArray(value)) return value.some(test);
    return tests.every((each) => each(value));
  };
  return test;
}

type Alternatives = readonly Readonly<Record<string, unknown>>[];

/** An event may have a field of that name: only a list of at least two patterns is the operator. */
export function isAlternatives(rule: unknown): rule is Alternatives {
  return Array.isArray(rule) && rule.length >= 2 && rule.every(isObject) && !rule.some(isMatchRule);
}

const operators = new Set([
  "anything-but",
  "cidr",
  "equals-ignore-case",
  "exactly",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
]);

function isMatchRule(rule: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(rule).some((key) => operators.has(key));
}

function compileAlternatives(alternatives: Alternatives): EventTest {
  const tests = alternatives.map((each, at) => within(at, () => compileObject(each)));
  return (value) => tests.some((test) => test(value));
}

function compileField(name: string, rule: unknown): EventTest {
  if (isObject(rule)) {
    const test = compileObject(rule);
    return (value) => test(field(value, name));
  }
  if (!Array.isArray(rule)) {
    throw new EventPatternError(`"${name}" must be an object or an array`);
  }
  if (rule.length === 0) throw new EventPatternError("Empty arrays are not allowed", true);
  const test = compileList(rule.map((each, at) => within(at, () => comparison(each))));
  return (value) => test(leaves(field(value, name)));
}

/** One comparison of the list must hold for one of the leaves. */
function compileList(comparisons: readonly Comparison[]): (leaves: readonly Leaf[]) => boolean {
  return (found) =>
    comparisons.some((each) => ("exists" in each ? each.exists === found.length > 0 : found.some(each.leaf)));
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The values that comparisons see: scalars, alone or in arrays. Objects are none. */
function leaves(value: unknown): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return value === undefined || (typeof value === "object" && value !== null) ? [] : [value as Leaf];
}
