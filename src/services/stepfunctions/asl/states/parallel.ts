// Parallel: all branches at once, each with the same input; their outputs in order.

import { compileDataFlow } from "../data-flow.ts";
import type { ParallelDefinition } from "../definition.ts";
import type { ChildrenWait } from "../frame.ts";
import type { CompiledState } from "../machine.ts";
import { chain } from "../maybe.ts";
import { nextSequence, record } from "../run.ts";
import { leave, startChild } from "../transitions.ts";
import { compileErrors, named, type StateContext } from "./context.ts";

export function compileParallel(definition: ParallelDefinition, context: StateContext): CompiledState {
  const flow = compileDataFlow(definition, context.language);
  const blocks = definition.Branches.map(context.block);
  const { Next } = definition;
  return {
    ...named(context.name, definition),
    ...compileErrors(definition, context.language),
    run: (run, frame) =>
      chain(flow.prepare(run, frame), (input) => {
        record(run, frame, "ParallelStateStarted");
        frame.wait = {
          kind: "children",
          sequence: nextSequence(run),
          live: [],
          next: blocks.length,
          count: blocks.length,
          concurrency: blocks.length,
        };
        run.memory.touch(frame);
        for (const [slot, block] of blocks.entries()) startChild(run, frame, { slot, block, input });
      }),
    childEnded: (run, frame, child) => {
      const wait = frame.wait as ChildrenWait;
      if (wait.live.length > 0) return;
      frame.event = child.event;
      return chain(run.memory.results(frame), (results) => {
        run.memory.forget(frame);
        record(run, frame, "ParallelStateSucceeded");
        return chain(flow.finish(run, frame, results), (outcome) => leave(run, frame, outcome, Next));
      });
    },
  };
}
