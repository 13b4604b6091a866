// Pass: hands on its input, or a result of its own.

import { compileDataFlow } from "../data-flow.ts";
import type { PassDefinition } from "../definition.ts";
import type { CompiledState } from "../machine.ts";
import { chain } from "../maybe.ts";
import { leave } from "../transitions.ts";
import { named, type StateContext } from "./context.ts";

export function compilePass(definition: PassDefinition, context: StateContext): CompiledState {
  const flow = compileDataFlow(definition, context.language);
  const { Result, Next } = definition;
  return {
    ...named(context.name, definition),
    run: (run, frame) => {
      const result = Result ?? flow.prepare(run, frame);
      const outcome = chain(result, (value) => flow.finish(run, frame, value));
      return chain(outcome, (value) => leave(run, frame, value, Next));
    },
  };
}
