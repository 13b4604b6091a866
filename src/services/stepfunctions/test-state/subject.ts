// The state under test, alone in a machine: every state that it could lead to
// is a stub, so that where it went can be read off the stub that was reached.

import type {
  QueryLanguageName,
  StateDefinition,
  StateMachineDefinition,
  StatesBlock,
} from "../asl/definition.ts";
import { checkDefinition } from "../asl/diagnostics/index.ts";
import { invalid } from "../model.ts";

export interface Subject {
  readonly name: string;
  readonly state: StateDefinition;
  readonly language: QueryLanguageName;
}

/** The definition is a state, or a machine of which `stateName` is one. */
export function subjectOf(definition: string, stateName: string | undefined): Subject {
  const parsed = parse(definition);
  if (!("States" in parsed)) {
    const name = stateName ?? "TestState";
    const state = parsed as unknown as StateDefinition;
    const subject: Subject = { name, state, language: state.QueryLanguage ?? "JSONPath" };
    checkDefinition(JSON.stringify(machineFor(subject, state)), "STANDARD");
    return subject;
  }
  const machine = checkDefinition(definition, "STANDARD");
  if (stateName === undefined) {
    throw invalid("A stateName is required where the definition is a state machine.");
  }
  const state = find(machine, stateName);
  if (state === undefined) throw invalid(`State '${stateName}' not found in definition`);
  return { name: stateName, state, language: machine.QueryLanguage ?? "JSONPath" };
}

function parse(definition: string): object {
  try {
    const parsed: unknown = JSON.parse(definition);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // Found once more below, and told in the words for definitions.
  }
  checkDefinition(definition, "STANDARD");
  return {};
}

/** States are unique by name, at whatever depth. */
function find(block: StatesBlock, name: string): StateDefinition | undefined {
  if (Object.hasOwn(block.States, name)) return block.States[name];
  for (const state of Object.values(block.States)) {
    for (const inner of blocksOf(state)) {
      const found = find(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** An error that is mocked for a Map or a Parallel may be said to come from one of the states within. */
export function checkErrorSource(state: StateDefinition, source: string | undefined): void {
  if (source === undefined) return;
  const within = blocksOf(state);
  if (within.length === 0) {
    throw invalid("errorCausedByState is only supported by states of type Map and Parallel.");
  }
  if (within.some((block) => find(block, source) !== undefined)) return;
  throw invalid(`State '${source}' not found in the states within the state under test.`);
}

function blocksOf(state: StateDefinition): readonly StatesBlock[] {
  if (state.Type === "Parallel") return state.Branches;
  if (state.Type !== "Map") return [];
  return [state.ItemProcessor ?? state.Iterator!];
}

/** `state` stands for the subject: itself, or something that is easier to watch. */
export function machineFor({ name, language }: Subject, state: StateDefinition): StateMachineDefinition {
  const stubs = targetsOf(state).filter((target) => target !== name);
  return {
    QueryLanguage: language,
    StartAt: name,
    States: {
      ...Object.fromEntries(stubs.map((stub) => [stub, { Type: "Succeed" as const }])),
      [name]: state,
    },
  };
}

function targetsOf(state: StateDefinition): readonly string[] {
  const targets = new Set<string>();
  const add = (target: unknown): void => {
    if (typeof target === "string") targets.add(target);
  };
  if ("Next" in state) add(state.Next);
  if (state.Type === "Choice") {
    add(state.Default);
    if (Array.isArray(state.Choices)) for (const rule of state.Choices) add(rule?.Next);
  }
  if ("Catch" in state && Array.isArray(state.Catch)) for (const catcher of state.Catch) add(catcher?.Next);
  return [...targets];
}
