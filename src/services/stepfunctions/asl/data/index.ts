// The two query languages of a state behind one face: text in a definition
// becomes a closure over what the state can see.

import { condition } from "./choice/rule.ts";
import { jsonata } from "./jsonata.ts";
import { pathOrIntrinsic } from "./path-field.ts";
import { template } from "./payload-template.ts";
import type { Evaluate, Json } from "./scope.ts";

/** `where` is the field's place within its state, for error messages: `Output`, `Catch[0]/Assign`. */
export interface QueryLanguage {
  /** A JSON value with expressions inside: Parameters, ResultSelector, Arguments, Output, Assign, ItemSelector. */
  readonly template: (value: Json, where: string) => Evaluate;
  /** A value as it stands, or an expression for one: TimeoutSeconds, MaxConcurrency, ErrorPath. */
  readonly value: <T = Json>(value: Json, where: string, expected?: ExpectedType) => Evaluate<T>;
  /** JSONPath only. A path or an intrinsic function; null stands for an empty object. */
  readonly path: (path: string | null, where: string) => Evaluate;
  /** A whole rule of a Choice, at `Choices[0]`: its comparison, or its `Condition`. */
  readonly condition: (rule: Json, where: string) => Evaluate<boolean>;
}

/** Where given, a JSONata expression must yield this. */
export type ExpectedType = "number" | "string" | "boolean" | "array" | "object";

export const jsonPath: QueryLanguage = {
  template,
  value: <T>(value: Json, where: string): Evaluate<T> => {
    const dynamic = typeof value === "string" && /^(\$|States\.)/.test(value);
    return (dynamic ? pathOrIntrinsic(value, where) : () => value) as Evaluate<T>;
  },
  path: (path, where) => (path === null ? () => ({}) : pathOrIntrinsic(path, where)),
  condition,
};

export const queryLanguages = { JSONPath: jsonPath, JSONata: jsonata } as const satisfies Record<
  string,
  QueryLanguage
>;

export { type Evaluate, type Json, type Scope, StateError } from "./scope.ts";
export { setPath } from "./set-path.ts";
