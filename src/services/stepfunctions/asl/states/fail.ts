// Fail: ends the machine or its branch with an error of the author's choice.

import type { Evaluate } from "../data/scope.ts";
import type { FailDefinition } from "../definition.ts";
import type { Failure } from "../happening.ts";
import type { CompiledState } from "../machine.ts";
import { chain } from "../maybe.ts";
import { scopeOf } from "../scope.ts";
import { frameFailed } from "../transitions.ts";
import { named, type StateContext } from "./context.ts";

export function compileFail(definition: FailDefinition, context: StateContext): CompiledState {
  const { query } = context.language;
  const text = (
    value: string | undefined,
    path: string | undefined,
    field: string,
  ): Evaluate<string | undefined> | undefined => {
    if (path !== undefined) return query.value<string>(path, `${field}Path`);
    if (value === undefined) return undefined;
    return context.language.name === "JSONata" ? query.value<string>(value, field) : () => value;
  };
  const error = text(definition.Error, definition.ErrorPath, "Error");
  const cause = text(definition.Cause, definition.CausePath, "Cause");
  return {
    ...named(context.name, definition),
    run: (run, frame) => {
      const scope = scopeOf(run, frame, frame.input);
      return chain(error?.(scope), (name) =>
        chain(cause?.(scope), (reason) => {
          const failure: Failure = {
            ...(name === undefined ? {} : { error: name }),
            ...(reason === undefined ? {} : { cause: reason }),
          };
          return frameFailed(run, frame, failure);
        }),
      );
    },
  };
}
