// Paths that may find many values: wildcards, unions, slices, deep scans and
// filters. A walk is bounded, since scans within scans multiply.

import type { JsonValue } from "../../model/shapes.ts";
import { operatorOf } from "./comparison.ts";
import { elementAt, type Get, member, members } from "./definite.ts";
import { JsonPathError } from "./path-error.ts";
import type { Condition, Operand, Segment } from "./segment.ts";

/** How many values one evaluation may look at. */
const longest = 5_000_000;

export class Walk {
  readonly root: JsonValue;
  readonly found: JsonValue[] = [];
  #left = longest;

  constructor(root: JsonValue) {
    this.root = root;
  }

  look(): void {
    if (--this.#left < 0) throw new JsonPathError("The path looks at too many values");
  }
}

export type Emit = (value: JsonValue, walk: Walk) => void;

/** Compiles the segments inside filters too. */
export type Finder = (segments: readonly Segment[]) => Get;

export function emitter(segments: readonly Segment[], finder: Finder): Emit {
  const [segment, ...rest] = segments;
  if (segment === undefined) return (value, walk) => void walk.found.push(value);
  const next = emitter(rest, finder);
  switch (segment.kind) {
    case "name":
      if (rest.length === 0 && segment.names.length > 1)
        return (value, walk) => pass([members(value, segment.names)], next, walk);
      return (value, walk) =>
        pass(
          segment.names.map((name) => member(value, name)),
          next,
          walk,
        );
    case "index":
      return (value, walk) =>
        pass(
          segment.indexes.map((index) => elementAt(value, index)),
          next,
          walk,
        );
    case "slice":
      return (value, walk) => {
        if (Array.isArray(value)) pass(value.slice(segment.from ?? 0, segment.to), next, walk);
      };
    case "wildcard":
      return (value, walk) => pass(within(value), next, walk);
    case "scan":
      return (value, walk) => scan(value, next, walk);
    case "filter":
      return filter(conditionOf(segment.condition, finder), next);
    case "function":
      throw new JsonPathError("A function must be the last part of a path");
  }
}

/** What the first segment that is not definite can be applied to at all. */
export function firstOf(segment: Segment): (value: JsonValue) => boolean {
  if (segment.kind === "index" || segment.kind === "slice") return (value) => Array.isArray(value);
  if (segment.kind === "filter" || segment.kind === "name")
    return (value) => typeof value === "object" && value !== null;
  return () => true;
}

function pass(values: readonly (JsonValue | undefined)[], next: Emit, walk: Walk): void {
  for (const value of values) {
    if (value === undefined) continue;
    walk.look();
    next(value, walk);
  }
}

function within(value: JsonValue): readonly JsonValue[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? value : Object.values(value);
}

function scan(value: JsonValue, next: Emit, walk: Walk): void {
  const open = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    walk.look();
    next(at, walk);
    const inner = within(at);
    for (let index = inner.length - 1; index >= 0; index--) {
      const each = inner[index]!;
      if (typeof each === "object" && each !== null) open.push(each);
    }
  }
}

type Test = (value: JsonValue, root: JsonValue) => boolean;

/** An array is filtered; an object is itself under test. */
function filter(test: Test, next: Emit): Emit {
  return (value, walk) => {
    if (typeof value !== "object" || value === null) return;
    for (const each of Array.isArray(value) ? (value as readonly JsonValue[]) : [value]) {
      walk.look();
      if (test(each, walk.root)) next(each, walk);
    }
  };
}

function conditionOf(condition: Condition, finder: Finder): Test {
  switch (condition.kind) {
    case "all":
    case "any": {
      const tests = condition.of.map((each) => conditionOf(each, finder));
      return condition.kind === "all"
        ? (value, root) => tests.every((test) => test(value, root))
        : (value, root) => tests.some((test) => test(value, root));
    }
    case "not": {
      const test = conditionOf(condition.of, finder);
      return (value, root) => !test(value, root);
    }
    case "exists": {
      const get = operandOf(condition.of, finder);
      return (value, root) => get(value, root) !== undefined;
    }
    case "comparison": {
      const left = operandOf(condition.left, finder);
      if (condition.right.kind === "pattern") {
        const pattern = new RegExp(`^(?:${condition.right.source})$`, condition.right.flags);
        return (value, root) => matches(left(value, root), pattern);
      }
      const right = operandOf(condition.right, finder);
      const compare = operatorOf(condition.operator);
      return (value, root) => compare(left(value, root), right(value, root));
    }
  }
}

/** A longer text is not tried: a bad pattern must not hold up everything else. */
const longestSubject = 1_000;

function matches(subject: JsonValue | undefined, pattern: RegExp): boolean {
  return typeof subject === "string" && subject.length <= longestSubject && pattern.test(subject);
}

export function operandOf(operand: Operand, finder: Finder): Get {
  if (operand.kind === "literal") return () => operand.value;
  if (operand.kind === "pattern") throw new JsonPathError("A pattern stands only after =~");
  const get = finder(operand.segments);
  return operand.current ? get : (_value, root) => get(root, root);
}
