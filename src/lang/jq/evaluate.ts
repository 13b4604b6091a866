// Evaluates the tree of a jq program: every node makes any number of values of
// one. Each step is counted, so that no program runs for ever.

import { bind } from "./bind.ts";
import { natives } from "./natives.ts";
import { prelude } from "./prelude.ts";
import { type Closure, define, defineTogether, find, type Scope } from "./scope.ts";
import { JqError, type Json, type Node } from "./syntax.ts";
import { format } from "./text.ts";
import { compare, index, isArray, isObject, isTrue, operate, shown, slice } from "./values.ts";

/** What the world outside a program is to it. */
export interface World {
  /** Epoch milliseconds. */
  readonly now: number;
}

const mostSteps = 1_000_000;
/** Beyond it Node's own stack would end. */
const deepestCalls = 1500;

export function run(program: Node, input: Json, world: World): Iterable<Json> {
  return new Run(world).evaluate(program, input, base());
}

let shared: Scope | undefined;

/** The functions that every program has. */
function base(): Scope | undefined {
  shared ??= defineTogether(prelude());
  return shared;
}

class Run {
  readonly #world: World;
  #steps = 0;
  #depth = 0;

  readonly #evaluate = (node: Node, input: Json, scope: Scope | undefined): Iterable<Json> =>
    this.evaluate(node, input, scope);

  constructor(world: World) {
    this.#world = world;
  }

  *evaluate(node: Node, input: Json, scope: Scope | undefined): Generator<Json> {
    if (++this.#steps > mostSteps) throw new JqError("the program takes too many steps");
    switch (node.type) {
      case "identity":
        yield input;
        return;
      case "literal":
        yield node.value;
        return;
      case "recurse":
        yield* this.#recurse(input);
        return;
      case "pipe":
        for (const value of this.evaluate(node.left, input, scope))
          yield* this.evaluate(node.right, value, scope);
        return;
      case "comma":
        yield* this.evaluate(node.left, input, scope);
        yield* this.evaluate(node.right, input, scope);
        return;
      case "index":
        for (const of of this.evaluate(node.of, input, scope)) {
          for (const at of this.evaluate(node.at, input, scope)) yield index(of, at);
        }
        return;
      case "slice":
        yield* this.#slice(node, input, scope);
        return;
      case "each":
        for (const of of this.evaluate(node.of, input, scope)) yield* each(of);
        return;
      case "negate":
        for (const value of this.evaluate(node.of, input, scope)) {
          if (typeof value !== "number") throw new JqError(`${shown(value)} cannot be negated`);
          yield -value;
        }
        return;
      case "binary":
        yield* this.#binary(node, input, scope);
        return;
      case "array":
        yield node.of === undefined ? [] : this.#collect(this.evaluate(node.of, input, scope));
        return;
      case "object":
        yield* this.#object(node.members, {}, input, scope);
        return;
      case "text":
        yield* this.#text(node.parts, node.format, "", input, scope);
        return;
      case "format":
        yield format(node.name, input);
        return;
      case "variable": {
        const found = find(scope, `$${node.name}`);
        if (found?.value === undefined) throw new JqError(`$${node.name} is not defined`);
        yield found.value;
        return;
      }
      case "bind":
        for (const value of this.evaluate(node.of, input, scope)) {
          for (const bound of bind(this.#evaluate, node.pattern, value, input, scope)) {
            yield* this.evaluate(node.body, input, bound);
          }
        }
        return;
      case "reduce":
        yield* this.#reduce(node, input, scope);
        return;
      case "foreach":
        yield* this.#foreach(node, input, scope);
        return;
      case "if":
        for (const condition of this.evaluate(node.condition, input, scope)) {
          yield* this.evaluate(isTrue(condition) ? node.then : node.otherwise, input, scope);
        }
        return;
      case "try":
        yield* this.#try(node, input, scope);
        return;
      case "define":
        yield* this.evaluate(node.body, input, define(scope, node.definition));
        return;
      case "call":
        yield* this.#call(node.name, node.parameters, input, scope);
        return;
    }
  }

  *#recurse(value: Json): Generator<Json> {
    if (++this.#steps > mostSteps) throw new JqError("the program takes too many steps");
    yield value;
    if (isArray(value) || isObject(value)) for (const own of each(value)) yield* this.#recurse(own);
  }

  #collect(values: Iterable<Json>): readonly Json[] {
    const all: Json[] = [];
    for (const value of values) {
      if (++this.#steps > mostSteps) throw new JqError("the program takes too many steps");
      all.push(value);
    }
    return all;
  }

  *#slice(node: Node & { readonly type: "slice" }, input: Json, scope: Scope | undefined): Generator<Json> {
    for (const of of this.evaluate(node.of, input, scope)) {
      for (const to of this.#optional(node.to, input, scope)) {
        for (const from of this.#optional(node.from, input, scope)) yield slice(of, from, to);
      }
    }
  }

  #optional(node: Node | undefined, input: Json, scope: Scope | undefined): Iterable<Json> {
    return node === undefined ? [null] : this.evaluate(node, input, scope);
  }

  *#binary(node: Node & { readonly type: "binary" }, input: Json, scope: Scope | undefined): Generator<Json> {
    const { operator, left, right } = node;
    if (operator === "//") {
      yield* this.#alternative(left, right, input, scope);
    } else if (operator === "and" || operator === "or") {
      for (const one of this.evaluate(left, input, scope)) {
        if (isTrue(one) === (operator === "or")) yield operator === "or";
        else for (const other of this.evaluate(right, input, scope)) yield isTrue(other);
      }
    } else {
      // jq makes the right side first.
      for (const other of this.evaluate(right, input, scope)) {
        for (const one of this.evaluate(left, input, scope)) yield operate(operator, one, other);
      }
    }
  }

  *#alternative(left: Node, right: Node, input: Json, scope: Scope | undefined): Generator<Json> {
    let any = false;
    try {
      for (const value of this.evaluate(left, input, scope)) {
        if (!isTrue(value)) continue;
        any = true;
        yield value;
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!any) yield* this.evaluate(right, input, scope);
  }

  *#object(
    members: readonly { readonly key: Node; readonly value: Node }[],
    made: { readonly [name: string]: Json },
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    const [first, ...rest] = members;
    if (first === undefined) {
      yield made;
      return;
    }
    for (const key of this.evaluate(first.key, input, scope)) {
      if (typeof key !== "string") {
        throw new JqError(`Object keys must be strings`);
      }
      for (const value of this.evaluate(first.value, input, scope)) {
        yield* this.#object(rest, { ...made, [key]: value }, input, scope);
      }
    }
  }

  *#text(
    parts: readonly (string | Node)[],
    formatName: string | undefined,
    made: string,
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    const [first, ...rest] = parts;
    if (first === undefined) yield made;
    else if (typeof first === "string") yield* this.#text(rest, formatName, made + first, input, scope);
    else {
      for (const value of this.evaluate(first, input, scope)) {
        yield* this.#text(rest, formatName, made + format(formatName ?? "@text", value), input, scope);
      }
    }
  }

  *#reduce(
    node: Node & { readonly type: "reduce" | "foreach" },
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    for (const start of this.evaluate(node.start, input, scope)) {
      let state: Json = start;
      for (const value of this.evaluate(node.of, input, scope)) {
        for (const bound of bind(this.#evaluate, node.pattern, value, input, scope)) {
          // The last value counts; none at all is null.
          let next: Json = null;
          for (const updated of this.evaluate(node.update, state, bound)) next = updated;
          state = next;
        }
      }
      yield state;
    }
  }

  *#foreach(
    node: Node & { readonly type: "reduce" | "foreach" },
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    for (const start of this.evaluate(node.start, input, scope)) {
      let state: Json = start;
      for (const value of this.evaluate(node.of, input, scope)) {
        for (const bound of bind(this.#evaluate, node.pattern, value, input, scope)) {
          for (const updated of this.evaluate(node.update, state, bound)) {
            state = updated;
            if (node.extract === undefined) yield updated;
            else yield* this.evaluate(node.extract, updated, bound);
          }
        }
      }
    }
  }

  *#try(node: Node & { readonly type: "try" }, input: Json, scope: Scope | undefined): Generator<Json> {
    let problem: Json;
    try {
      yield* this.evaluate(node.body, input, scope);
      return;
    } catch (error) {
      if (!(error instanceof JqError) || this.#steps > mostSteps) throw error;
      problem = error.value;
    }
    if (node.handler !== undefined) yield* this.evaluate(node.handler, problem, scope);
  }

  *#call(name: string, parameters: readonly Node[], input: Json, scope: Scope | undefined): Generator<Json> {
    const found = find(scope, `${name}/${parameters.length}`)?.closure;
    if (found === undefined) {
      yield* this.#native(name, parameters, input, scope);
      return;
    }
    if (++this.#depth > deepestCalls) throw new JqError("the program calls itself too often");
    try {
      yield* this.#enter(found, parameters, 0, found.scope, input, scope);
    } finally {
      this.#depth--;
    }
  }

  /** Binds one parameter after another, then runs the body. */
  *#enter(
    { definition, scope: home }: Closure,
    parameters: readonly Node[],
    at: number,
    inner: Scope | undefined,
    input: Json,
    outer: Scope | undefined,
  ): Generator<Json> {
    const name = definition.parameters[at];
    const given = parameters[at];
    if (name === undefined || given === undefined) {
      yield* this.evaluate(definition.body, input, inner);
      return;
    }
    const closure = (of: Node, from: Scope | undefined, called: string): Scope => ({
      parent: inner,
      name: `${called}/0`,
      closure: {
        definition: { name: called, parameters: [], body: of },
        // A filter is evaluated where it was written.
        scope: from ?? { parent: undefined, name: "" },
      },
    });
    const next = { definition, scope: home };
    if (!name.startsWith("$")) {
      yield* this.#enter(next, parameters, at + 1, closure(given, outer, name), input, outer);
      return;
    }
    for (const value of this.evaluate(given, input, outer)) {
      const bound: Scope = { parent: inner, name, value };
      const both = closure({ type: "literal", value }, undefined, name.slice(1));
      yield* this.#enter(next, parameters, at + 1, { ...both, parent: bound }, input, outer);
    }
  }

  *#native(
    name: string,
    parameters: readonly Node[],
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    const special = this.#special(name, parameters, input, scope);
    if (special !== undefined) {
      yield* special;
      return;
    }
    const native = natives[`${name}/${parameters.length}`];
    if (native === undefined) throw new JqError(`${name}/${parameters.length} is not defined`);
    yield* this.#apply(native, parameters, [], input, scope);
  }

  /** Every combination of the parameters' values, the last changing slowest. */
  *#apply(
    native: (input: Json, ...given: Json[]) => Json,
    parameters: readonly Node[],
    values: readonly Json[],
    input: Json,
    scope: Scope | undefined,
  ): Generator<Json> {
    const last = parameters.at(-1);
    if (last === undefined) {
      yield native(input, ...values);
      return;
    }
    for (const value of this.evaluate(last, input, scope)) {
      yield* this.#apply(native, parameters.slice(0, -1), [value, ...values], input, scope);
    }
  }

  /** What needs more than values: filters, the clock, or several outcomes. */
  #special(
    name: string,
    parameters: readonly Node[],
    input: Json,
    scope: Scope | undefined,
  ): Iterable<Json> | undefined {
    const [first, second] = parameters;
    switch (`${name}/${parameters.length}`) {
      case "empty/0":
        return [];
      case "now/0":
        return [this.#world.now / 1000];
      case "error/1":
        return this.#error(first!, input, scope);
      case "range/2":
        return this.#range(first!, second!, input, scope);
      case "limit/2":
        return this.#limit(first!, second!, input, scope);
      case "first/1":
        return this.#limit({ type: "literal", value: 1 }, first!, input, scope);
      case "sort_by/1":
      case "group_by/1":
      case "unique_by/1":
      case "min_by/1":
      case "max_by/1":
        return [this.#by(name, first!, input, scope)];
      default:
        return undefined;
    }
  }

  #error(message: Node, input: Json, scope: Scope | undefined): readonly Json[] {
    for (const value of this.evaluate(message, input, scope)) throw new JqError(value);
    return [];
  }

  *#range(from: Node, to: Node, input: Json, scope: Scope | undefined): Generator<Json> {
    for (const start of this.evaluate(from, input, scope)) {
      for (const end of this.evaluate(to, input, scope)) {
        if (typeof start !== "number" || typeof end !== "number") {
          throw new JqError("Range bounds must be numeric");
        }
        for (let value = start; value < end; value++) {
          if (++this.#steps > mostSteps) throw new JqError("the program takes too many steps");
          yield value;
        }
      }
    }
  }

  *#limit(count: Node, of: Node, input: Json, scope: Scope | undefined): Generator<Json> {
    for (const most of this.evaluate(count, input, scope)) {
      if (typeof most !== "number") throw new JqError("limit needs a number");
      let left = most;
      if (left <= 0) continue;
      for (const value of this.evaluate(of, input, scope)) {
        yield value;
        if (--left <= 0) break;
      }
    }
  }

  #by(name: string, filter: Node, input: Json, scope: Scope | undefined): Json {
    if (!isArray(input)) throw new JqError(`${shown(input)} cannot be sorted, as it is not an array`);
    const keyed = input.map((value) => ({ value, key: this.#collect(this.evaluate(filter, value, scope)) }));
    const sorted = keyed.toSorted((one, other) => compare(one.key, other.key));
    if (name === "sort_by") return sorted.map(({ value }) => value);
    if (name === "min_by") return sorted[0]?.value ?? null;
    if (name === "max_by") {
      // The last of equals.
      return (
        keyed.reduce<(typeof keyed)[number] | undefined>(
          (best, each) => (best === undefined || compare(each.key, best.key) >= 0 ? each : best),
          undefined,
        )?.value ?? null
      );
    }
    const groups: { readonly key: Json; readonly values: Json[] }[] = [];
    for (const { key, value } of sorted) {
      const last = groups.at(-1);
      if (last !== undefined && compare(last.key, key) === 0) last.values.push(value);
      else groups.push({ key, values: [value] });
    }
    return name === "group_by" ? groups.map(({ values }) => values) : groups.map(({ values }) => values[0]!);
  }
}

function* each(value: Json): Generator<Json> {
  if (isArray(value)) yield* value;
  else if (isObject(value)) for (const name of Object.keys(value)) yield value[name]!;
  else throw new JqError(`Cannot iterate over ${value === null ? "null" : shown(value)}`);
}
