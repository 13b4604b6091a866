// JSONPath as AWS's services use it (Step Functions, EventBridge, Pipes),
// compiled once to closures. A definite path leads to one place at most; any
// other finds a list.

import type { JsonValue } from "../../model/shapes.ts";
import { type Get, getter, members } from "./definite.ts";
import { functionOf } from "./functions.ts";
import { parseJsonPath } from "./parse.ts";
import type { Operand, Segment } from "./segment.ts";
import { type Emit, emitter, firstOf, operandOf, Walk } from "./walk.ts";
import { whyNot } from "./why-not.ts";

export interface JsonPath {
  readonly text: string;
  /** Finds one value at most; otherwise a list, empty perhaps. */
  readonly definite: boolean;
  /** Names one place, existing or not: only names, and indexes from the start. */
  readonly reference: boolean;
  readonly segments: readonly Segment[];
  /** Undefined where the path leads nowhere. */
  readonly find: (root: JsonValue) => JsonValue | undefined;
  /** Why `find` found nothing, in the words of the original dialect. */
  readonly whyNot: (root: JsonValue) => string;
}

/** Throws `JsonPathError` where `text` is no path. */
export function compileJsonPath(text: string): JsonPath {
  const segments = parseJsonPath(text);
  const indefinite = segments.findIndex((segment) => !isDefinite(segment));
  const calls = segments.at(-1)?.kind === "function";
  return {
    text,
    definite: indefinite < 0 || calls || isMerging(segments.slice(indefinite)),
    reference: segments.every(isReference),
    segments,
    find: finder(segments),
    whyNot: (root) => whyNot(segments, root),
  };
}

function isReference(segment: Segment): boolean {
  return isDefinite(segment) && !(segment.kind === "index" && segment.indexes[0]! < 0);
}

function isDefinite(segment: Segment): boolean {
  return (
    (segment.kind === "name" && segment.names.length === 1) ||
    (segment.kind === "index" && segment.indexes.length === 1)
  );
}

/** Compiles segments to the value they find, for paths and for what filters compare. */
function finder(segments: readonly Segment[]): (root: JsonValue) => JsonValue | undefined {
  const find = finderFrom(segments);
  return (root) => find(root, root);
}

/** From a value and the root, which filters may look at. */
function finderFrom(segments: readonly Segment[]): Get {
  const last = segments.at(-1);
  if (last?.kind === "function") return caller(finderFrom(segments.slice(0, -1)), last.name, last.parameters);
  const from = segments.findIndex((segment) => !isDefinite(segment));
  if (from < 0) return getter(segments);
  const start = getter(segments.slice(0, from));
  const rest = segments.slice(from);
  if (isMerging(rest)) return merger(start, (rest[0] as Segment & { readonly kind: "name" }).names);
  const takes = firstOf(rest[0]!);
  const emit: Emit = emitter(rest, finderFrom);
  return (value, root) => {
    const at = start(value, root);
    if (at === undefined || !takes(at)) return undefined;
    const walk = new Walk(root);
    emit(at, walk);
    return walk.found;
  };
}

/** `$['a','b']` at the end is one object of both. */
function isMerging(rest: readonly Segment[]): boolean {
  return rest.length === 1 && rest[0]!.kind === "name";
}

function merger(start: Get, names: readonly string[]): Get {
  return (value, root) => {
    const at = start(value, root);
    return at === undefined ? undefined : members(at, names);
  };
}

function caller(inner: Get, name: string, parameters: readonly Operand[]): Get {
  const apply = functionOf(name);
  const given = parameters.map((parameter) => operandOf(parameter, finderFrom));
  return (value, root) => {
    // `$.sum($.a)`: the function stands at the root, and its parameters are all it looks at.
    const subject = inner(value, root);
    return subject === undefined
      ? undefined
      : apply(
          subject,
          given.map((each) => each(root, root)),
        );
  };
}
