// Intrinsic functions of JSONPath states, compiled to closures:
// `States.Format('Hello {}', $.name)`.

import { type Json, type Scope, StateError } from "../scope.ts";
import { compileScopePath } from "../scope-path.ts";
import { intrinsics } from "./functions.ts";
import { type Call, type Part, parseIntrinsic } from "./parse.ts";

export function isIntrinsic(text: string): boolean {
  return text.startsWith("States.");
}

/** Throws `IntrinsicSyntaxError`, or `JsonPathError` for an argument. */
export function compileIntrinsic(text: string): (scope: Scope) => Json {
  return compileCall(parseIntrinsic(text), text);
}

function compileCall(call: Call, whole: string): (scope: Scope) => Json {
  const apply = intrinsics[call.name]!;
  const parts = call.parts.map((part, at) =>
    compilePart(part, whole, call.name === "States.Format" && at === 0),
  );
  return (scope) => {
    const values = parts.map((part) => part(scope));
    try {
      return apply(values, scope);
    } catch (error) {
      throw error instanceof StateError ? error : failure(whole, (error as Error).message);
    }
  };
}

function failure(whole: string, why: string): StateError {
  return new StateError("States.IntrinsicFailure", `The function '${whole}' had the following error: ${why}`);
}

/** `pattern`: the text of Format, which reads the escapes of braces itself. */
function compilePart(part: Part, whole: string, pattern: boolean): (scope: Scope) => Json {
  if (part.kind === "call") return compileCall(part, whole);
  if (part.kind === "literal") {
    const { value } = part;
    const read = typeof value === "string" && !pattern ? value.replace(/\\([\\{}])/g, "$1") : value;
    return () => read;
  }
  const path = compileScopePath(part.text);
  return (scope) => {
    const found = path.find(scope);
    if (found !== undefined) return found;
    const root = path.root === "context" ? scope.context : scope.input;
    throw new StateError(
      "States.Runtime",
      `The function '${whole}' had the following error: The JsonPath argument for the field '${part.text}' could not be found in the input '${JSON.stringify(root)}'`,
    );
  };
}
