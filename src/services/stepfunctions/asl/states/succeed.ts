// Succeed: the end of the machine, or of a branch.

import { compileDataFlow } from "../data-flow.ts";
import type { SucceedDefinition } from "../definition.ts";
import type { CompiledState } from "../machine.ts";
import { chain } from "../maybe.ts";
import { leave } from "../transitions.ts";
import { named, type StateContext } from "./context.ts";

export function compileSucceed(definition: SucceedDefinition, context: StateContext): CompiledState {
  const flow = compileDataFlow(definition, context.language);
  return {
    ...named(context.name, definition),
    run: (run, frame) => {
      const outcome = chain(flow.prepare(run, frame), (value) => flow.finish(run, frame, value));
      return chain(outcome, (value) => leave(run, frame, value, undefined));
    },
  };
}
