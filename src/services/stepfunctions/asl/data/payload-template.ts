// Payload templates of JSONPath states: a JSON value in which a field `name.$`
// takes its value from a path or an intrinsic function.

import { compileIntrinsic, isIntrinsic } from "./intrinsics/compile.ts";
import { type Evaluate, type Json, type Scope, StateError } from "./scope.ts";
import { compileScopePath } from "./scope-path.ts";

type Make = (scope: Scope) => Json;

export function template(value: Json, _where?: string): Evaluate {
  const make = compile(value);
  return make ?? (() => value);
}

/** Undefined for a value without any path: it stands for itself. */
function compile(value: Json): Make | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Array.isArray(value) ? compileArray(value) : compileObject(value as Readonly<Record<string, Json>>);
}

function compileArray(values: readonly Json[]): Make | undefined {
  const makes = values.map(compile);
  if (makes.every((make) => make === undefined)) return undefined;
  return (scope) => values.map((value, at) => makes[at]?.(scope) ?? value);
}

function compileObject(value: Readonly<Record<string, Json>>): Make | undefined {
  const fields = Object.entries(value).map(([name, inner]) =>
    name.endsWith(".$")
      ? { name: name.slice(0, -2), make: dynamicField(name, String(inner)), inner }
      : { name, make: compile(inner), inner },
  );
  if (fields.every(({ make }) => make === undefined)) return undefined;
  // Where a user's key is `__proto__`, assignment would lose it.
  const plain = fields.every(({ name }) => name !== "__proto__");
  if (!plain) {
    return (scope) =>
      Object.fromEntries(fields.map(({ name, make, inner }) => [name, make?.(scope) ?? inner]));
  }
  return (scope) => {
    const made: Record<string, Json> = {};
    for (const { name, make, inner } of fields) made[name] = make === undefined ? inner : make(scope);
    return made;
  };
}

function dynamicField(name: string, text: string): Make {
  if (isIntrinsic(text)) return compileIntrinsic(text);
  const path = compileScopePath(text);
  return (scope) => {
    const found = path.find(scope);
    if (found !== undefined) return found;
    const root = path.root === "context" ? scope.context : scope.input;
    throw new StateError(
      "States.Runtime",
      `The JSONPath '${text}' specified for the field '${name}' could not be found in the input '${JSON.stringify(root)}'`,
    );
  };
}
