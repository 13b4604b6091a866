// Fields that hold a path, and where AWS allows it an intrinsic function:
// InputPath, OutputPath, ItemsPath, SecondsPath, CausePath.

import { compileIntrinsic, isIntrinsic } from "./intrinsics/compile.ts";
import { type Evaluate, StateError } from "./scope.ts";
import { compileScopePath } from "./scope-path.ts";

export function pathOrIntrinsic(text: string, where: string): Evaluate {
  if (isIntrinsic(text)) return compileIntrinsic(text);
  const path = compileScopePath(text);
  return (scope) => {
    const found = path.find(scope);
    if (found !== undefined) return found;
    throw new StateError("States.Runtime", notFound(text, where, path.whyNot(scope)));
  };
}

/** Fields whose value AWS calls a parameter. */
const parameters = /(Seconds|Timestamp|Concurrency|Count|Percentage|PerBatch|MaxItems)Path$/;

function notFound(text: string, where: string, why: string): string {
  const field = where.slice(where.lastIndexOf("/") + 1);
  return parameters.test(field)
    ? `The ${field} parameter does not reference an input value: ${text}`
    : `Invalid path '${text}' : ${why}`;
}
