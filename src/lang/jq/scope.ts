// What names mean at a place of a program: variables and functions, the inner
// before the outer.

import type { Definition, Json } from "./syntax.ts";

/** A filter together with where it was written. */
export interface Closure {
  readonly definition: Definition;
  readonly scope: Scope;
}

export interface Scope {
  readonly parent: Scope | undefined;
  readonly name: string;
  /** Of a variable, `$name`. */
  readonly value?: Json;
  /** Of a function, `name/arity`. */
  readonly closure?: Closure;
}

export function define(parent: Scope | undefined, definition: Definition): Scope {
  const name = `${definition.name}/${definition.parameters.length}`;
  // A function sees itself.
  const scope = { parent, name } as { -readonly [K in keyof Scope]: Scope[K] };
  scope.closure = { definition, scope };
  return scope;
}

export function find(scope: Scope | undefined, name: string): Scope | undefined {
  for (let at = scope; at !== undefined; at = at.parent) if (at.name === name) return at;
  return undefined;
}

/** Functions that all see each other, whatever their order. */
export function defineTogether(definitions: readonly Definition[]): Scope | undefined {
  let last: Scope | undefined;
  const closures: { -readonly [K in keyof Closure]: Closure[K] }[] = [];
  for (const definition of definitions) {
    last = define(last, definition);
    closures.push(last.closure!);
  }
  for (const closure of closures) closure.scope = last!;
  return last;
}
