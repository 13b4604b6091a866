// What the compilers of states are given, and what they have in common.

import { compileSetPath } from "../data/set-path.ts";
import { outcome } from "../data-flow.ts";
import type { Catcher, ErrorFields, StateDefinition, StatesBlock } from "../definition.ts";
import { compileRetrier, errorOutput } from "../errors.ts";
import type { Language } from "../language.ts";
import type { CompiledCatcher, CompiledState } from "../machine.ts";
import { scopeOf } from "../scope.ts";

export interface StateContext {
  readonly name: string;
  readonly language: Language;
  /** Compiles a block within the state, and tells its number. */
  readonly block: (block: StatesBlock) => number;
}

/** What follows from the state's type alone. */
export function named(
  name: string,
  definition: StateDefinition,
): Pick<CompiledState, "name" | "definition" | "entered" | "exited" | "aborted" | "retriers" | "catchers"> {
  const type = definition.Type;
  const aborted = type === "Task" || type === "Wait" || type === "Parallel" || type === "Map";
  return {
    name,
    definition,
    entered: `${type}StateEntered`,
    exited: type === "Fail" ? undefined : `${type}StateExited`,
    aborted: aborted ? `${type}StateAborted` : undefined,
    retriers: [],
    catchers: [],
  };
}

export function compileErrors(
  fields: ErrorFields,
  language: Language,
): Pick<CompiledState, "retriers" | "catchers"> {
  return {
    retriers: (fields.Retry ?? []).map(compileRetrier),
    catchers: (fields.Catch ?? []).map((catcher, at) => compileCatcher(catcher, `Catch[${at}]`, language)),
  };
}

function compileCatcher(catcher: Catcher, where: string, { name, query }: Language): CompiledCatcher {
  const { ResultPath, Output, Assign } = catcher;
  const output = Output === undefined ? undefined : query.template(Output, `${where}/Output`);
  const assign = Assign === undefined ? undefined : query.template(Assign, `${where}/Assign`);
  const base = { errors: catcher.ErrorEquals, next: catcher.Next };
  if (name === "JSONata") {
    return {
      ...base,
      outcome: (run, frame, failure) => {
        const caught = errorOutput(failure);
        const scope = scopeOf(run, frame, frame.input, undefined, caught);
        return outcome(output?.(scope) ?? caught, assign?.(scope));
      },
    };
  }
  const put = typeof ResultPath === "string" && ResultPath !== "$" ? compileSetPath(ResultPath) : undefined;
  return {
    ...base,
    outcome: (run, frame, failure) => {
      const caught = errorOutput(failure);
      const output = ResultPath === null ? frame.input : (put?.(frame.input, caught) ?? caught);
      return outcome(output, assign?.(scopeOf(run, frame, caught)));
    },
  };
}
