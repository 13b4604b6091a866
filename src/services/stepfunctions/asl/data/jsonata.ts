// JSONata as the query language of a state: `{% ... %}` stands for what the
// expression between the signs finds. Whole templates of constants need no
// promise.

import { compileJsonata, type JsonataError } from "../../../../lang/jsonata/expression.ts";
import type { ExpectedType, QueryLanguage } from "./index.ts";
import { type Evaluate, type Json, type Scope, StateError } from "./scope.ts";

/** The expression's text, or undefined for any other text. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4
    ? text.slice(2, -2).trim()
    : undefined;
}

export const jsonata: QueryLanguage = {
  template: (value, where) => compileValue(value, where) ?? (() => value),
  value: <T>(value: Json, where: string, expected?: ExpectedType): Evaluate<T> => {
    const evaluate = compileValue(value, where, expected) ?? (() => value);
    return evaluate as Evaluate<T>;
  },
  path: () => {
    throw new Error("Invariant broken: a path in a JSONata state");
  },
  condition: (rule, where) => {
    const { Condition } = rule as { readonly Condition: Json };
    return jsonata.value<boolean>(Condition, `${where}/Condition`, "boolean");
  },
};

type Make = (scope: Scope) => Promise<Json>;

/** Undefined for a value without expressions: it stands for itself. */
function compileValue(value: Json, where: string, expected?: ExpectedType): Make | undefined {
  if (typeof value === "string") {
    const text = expressionIn(value);
    return text === undefined ? undefined : compileExpression(text, where, expected);
  }
  if (typeof value !== "object" || value === null) return undefined;
  return Array.isArray(value)
    ? compileArray(value, where)
    : compileObject(value as Readonly<Record<string, Json>>, where);
}

function compileArray(values: readonly Json[], where: string): Make | undefined {
  const makes = values.map((value, at) => compileValue(value, `${where}[${at}]`));
  if (makes.every((make) => make === undefined)) return undefined;
  return async (scope) => {
    const made: Json[] = [];
    for (const [at, make] of makes.entries()) made.push(make === undefined ? values[at]! : await make(scope));
    return made;
  };
}

function compileObject(value: Readonly<Record<string, Json>>, where: string): Make | undefined {
  const fields = Object.entries(value).map(([name, inner]) => ({
    name,
    inner,
    make: compileValue(inner, `${where}/${name}`),
  }));
  if (fields.every(({ make }) => make === undefined)) return undefined;
  return async (scope) => {
    const made: [string, Json][] = [];
    for (const { name, inner, make } of fields)
      made.push([name, make === undefined ? inner : await make(scope)]);
    return Object.fromEntries(made);
  };
}

function compileExpression(text: string, where: string, expected: ExpectedType | undefined): Make {
  const expression = compileJsonata(text);
  const sentence = `The JSONata expression '${text}' specified for the field '${where}'`;
  const failed = (why: string): StateError =>
    new StateError("States.QueryEvaluationError", `${sentence} ${why}`);
  return async (scope) => {
    let found: Json | undefined;
    try {
      found = await expression.evaluate(bindings(scope), scope);
    } catch (error) {
      const { code, message } = error as JsonataError;
      throw failed(`threw an error during evaluation${code === undefined ? ": " : `. ${code}: `}${message}`);
    }
    if (found === undefined) throw failed("returned nothing (undefined).");
    const type = typeOf(found);
    if (expected !== undefined && type !== expected) {
      throw failed(
        `returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(found)}`,
      );
    }
    return found;
  };
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function bindings(scope: Scope): Readonly<Record<string, unknown>> {
  const { input, result, errorOutput } = scope;
  return {
    ...scope.variables,
    states: {
      input,
      ...(result === undefined ? {} : { result }),
      ...(errorOutput === undefined ? {} : { errorOutput }),
      // Made only where an expression asks for it.
      get context() {
        return scope.context;
      },
    },
  };
}
