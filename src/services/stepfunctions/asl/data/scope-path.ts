// A path of a state: into its data (`$`), the context object (`$$`) or a
// variable (`$name`).

import { compileJsonPath } from "../../../../lang/json-path/compile.ts";
import type { Json, Scope } from "./scope.ts";

export interface ScopePath {
  readonly text: string;
  readonly definite: boolean;
  readonly reference: boolean;
  readonly root: "input" | "context" | { readonly variable: string };
  /** Undefined where it leads nowhere. */
  readonly find: (scope: Scope) => Json | undefined;
  readonly whyNot: (scope: Scope) => string;
}

const rooted = /^\$(\$|[\p{ID_Start}_][\p{ID_Continue}]*)?/u;

/** Throws `JsonPathError`. */
export function compileScopePath(text: string): ScopePath {
  const root = rooted.exec(text)?.[1];
  const path = compileJsonPath(root === undefined ? text : `$${text.slice(1 + root.length)}`);
  const { definite, reference, find } = path;
  if (root === undefined) {
    return {
      text,
      definite,
      reference,
      root: "input",
      find: (scope) => find(scope.input),
      whyNot: (scope) => path.whyNot(scope.input),
    };
  }
  if (root === "$") {
    return {
      text,
      definite,
      reference,
      root: "context",
      find: (scope) => find(scope.context),
      whyNot: (scope) => path.whyNot(scope.context),
    };
  }
  const variable = (scope: Scope): Json | undefined =>
    Object.hasOwn(scope.variables, root) ? scope.variables[root] : undefined;
  return {
    text,
    definite,
    reference,
    root: { variable: root },
    find: (scope) => {
      const value = variable(scope);
      return value === undefined ? undefined : find(value);
    },
    whyNot: (scope) => {
      const value = variable(scope);
      return value === undefined ? `No such variable: $${root}` : path.whyNot(value);
    },
  };
}
