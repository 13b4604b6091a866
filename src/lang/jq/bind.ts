// What `as` binds: a value, or what a pattern finds in it.

import type { Scope } from "./scope.ts";
import { JqError, type Json, type Node, type Pattern } from "./syntax.ts";
import { index, isArray, typeOf } from "./values.ts";

export type Evaluate = (node: Node, input: Json, scope: Scope | undefined) => Iterable<Json>;

export function* bind(
  evaluate: Evaluate,
  pattern: Pattern,
  value: Json,
  input: Json,
  scope: Scope | undefined,
): Generator<Scope | undefined> {
  if (pattern.type === "variable") {
    yield { parent: scope, name: `$${pattern.name}`, value };
  } else if (pattern.type === "array") {
    if (value !== null && !isArray(value)) throw new JqError(`Cannot index ${typeOf(value)} with number`);
    yield* bindItems(evaluate, pattern.items, 0, value, input, scope);
  } else {
    yield* bindMembers(evaluate, pattern.members, value, input, scope);
  }
}

function* bindItems(
  evaluate: Evaluate,
  items: readonly Pattern[],
  at: number,
  value: Json,
  input: Json,
  scope: Scope | undefined,
): Generator<Scope | undefined> {
  const item = items[at];
  if (item === undefined) {
    yield scope;
    return;
  }
  for (const bound of bind(evaluate, item, index(value, at), input, scope)) {
    yield* bindItems(evaluate, items, at + 1, value, input, bound);
  }
}

function* bindMembers(
  evaluate: Evaluate,
  members: readonly { readonly key: Node; readonly pattern: Pattern }[],
  value: Json,
  input: Json,
  scope: Scope | undefined,
): Generator<Scope | undefined> {
  const [first, ...rest] = members;
  if (first === undefined) {
    yield scope;
    return;
  }
  for (const key of evaluate(first.key, input, scope)) {
    for (const bound of bind(evaluate, first.pattern, index(value, key), input, scope)) {
      yield* bindMembers(evaluate, rest, value, input, bound);
    }
  }
}
