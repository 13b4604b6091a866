// From a definition to closures. The definition has been found valid before.

import type {
  QueryLanguageName,
  StateDefinition,
  StateMachineDefinition,
  StatesBlock,
} from "./definition.ts";
import { languageOf } from "./language.ts";
import type { Block, CompiledState, Machine } from "./machine.ts";
import { compileChoice } from "./states/choice.ts";
import type { StateContext } from "./states/context.ts";
import { compileFail } from "./states/fail.ts";
import { compileMap } from "./states/map.ts";
import { compileParallel } from "./states/parallel.ts";
import { compilePass } from "./states/pass.ts";
import { compileSucceed } from "./states/succeed.ts";
import { compileTask } from "./states/task.ts";
import { compileWait } from "./states/wait.ts";

export function compile(definition: StateMachineDefinition): Machine {
  const blocks: Block[] = [];
  compileBlock(definition, definition.QueryLanguage ?? "JSONPath", blocks);
  return { blocks, root: 0, timeoutSeconds: definition.TimeoutSeconds };
}

function compileBlock(block: StatesBlock, inherited: QueryLanguageName, blocks: Block[]): number {
  const states = new Map<string, CompiledState>();
  const number = blocks.push({ startAt: block.StartAt, states }) - 1;
  for (const [name, state] of Object.entries(block.States)) {
    const language = languageOf(state.QueryLanguage, inherited);
    const context: StateContext = {
      name,
      language,
      // Blocks inherit from the machine, not from the state they are in.
      block: (inner) => compileBlock(inner, inherited, blocks),
    };
    states.set(name, compileState(state, context));
  }
  return number;
}

function compileState(state: StateDefinition, context: StateContext): CompiledState {
  switch (state.Type) {
    case "Pass":
      return compilePass(state, context);
    case "Task":
      return compileTask(state, context);
    case "Choice":
      return compileChoice(state, context);
    case "Wait":
      return compileWait(state, context);
    case "Succeed":
      return compileSucceed(state, context);
    case "Fail":
      return compileFail(state, context);
    case "Parallel":
      return compileParallel(state, context);
    case "Map":
      return compileMap(state, context);
  }
}
