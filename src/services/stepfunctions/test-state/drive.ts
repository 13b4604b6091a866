// Runs the state under test by the engine itself, and watches: one step after
// another, without a wait and without a store.

import type { Waiting } from "../../../core/waiting.ts";
import { advance } from "../asl/advance.ts";
import { compile } from "../asl/compile.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import type { StateMachineDefinition } from "../asl/definition.ts";
import type { Frame, Head, TaskWait } from "../asl/frame.ts";
import type { Happening } from "../asl/happening.ts";
import type { Facts, Run } from "../asl/run.ts";
import { ProcessMemory } from "../express/memory.ts";

/** What came of the work that the state asked for. */
export type TaskOutcome = { readonly output: Json } | { readonly error?: string; readonly cause?: string };

export interface Trial {
  readonly definition: StateMachineDefinition;
  readonly facts: Facts;
  readonly variables: { readonly [name: string]: Json };
  /** How often each retrier has tried already. */
  readonly retries: number;
  readonly perform: (wait: TaskWait) => Promise<TaskOutcome>;
}

export interface Observed {
  readonly head: Head;
  readonly frame: Frame;
  /** What the data was between the stages. */
  readonly stages: ReadonlyMap<string, Json>;
  /** The states that were entered after the first. */
  readonly entered: readonly string[];
}

/** More steps than a state alone can take. */
const mostSteps = 20;

export async function drive(trial: Trial, ctx: Waiting): Promise<Observed> {
  const { definition, facts } = trial;
  const machine = compile(definition);
  const head: Head = { lastEvent: 0, sequence: 0, frames: 0, status: "RUNNING", redriveCount: 0 };
  const memory = new TrialMemory(trial);
  const stages = new Map<string, Json>();
  const entered: string[] = [];
  const step = async (happening: Happening, now: number): Promise<Run["commands"]> => {
    const run: Run = {
      machine,
      facts,
      head,
      memory,
      now,
      chance: { uuid: () => ctx.ids.uuid(), fraction: () => ctx.ids.fraction() },
      recording: true,
      eventLimit: Number.POSITIVE_INFINITY,
      inspect: (stage, value) => void (entered.length <= 1 && stages.set(stage, value)),
      events: [],
      commands: [],
      ready: [],
      moved: 0,
    };
    await advance(run, happening);
    for (const { type, details } of run.events) {
      if (type.endsWith("StateEntered")) entered.push(String(details?.name));
    }
    return run.commands;
  };
  let commands = await step({ type: "started" }, ctx.now());
  for (let count = 0; count < mostSteps && head.status === "RUNNING"; count++) {
    const root = memory.root!;
    const address = { frame: 0, sequence: root.wait?.sequence ?? 0 };
    if (root.wait?.kind === "until") commands = await step({ type: "due", ...address }, root.wait.at);
    else if (root.wait?.kind === "task" && commands.length > 0) {
      const outcome = await trial.perform(root.wait);
      const happening: Happening =
        "output" in outcome
          ? { type: "taskSucceeded", ...address, output: outcome.output }
          : { type: "taskFailed", ...address, ...outcome };
      commands = await step(happening, ctx.now());
    } else break;
  }
  return { head, frame: memory.root!, stages, entered: entered.slice(1) };
}

/** The process's memory, which begins with the variables and attempts that the test gives. */
class TrialMemory extends ProcessMemory {
  readonly #trial: Trial;
  #begun = false;
  root: Frame | undefined;

  constructor(trial: Trial) {
    super();
    this.#trial = trial;
  }

  override add(frame: Frame): void {
    if (frame.id === 0) {
      this.root = frame;
      frame.variables = this.#trial.variables;
    }
    super.add(frame);
  }

  /** Entering a state forgets its attempts: these are given to it at once. */
  override touch(frame: Frame): void {
    if (frame.id !== 0 || this.#begun) return;
    this.#begun = true;
    const { definition, retries } = this.#trial;
    const state = definition.States[definition.StartAt]!;
    const retriers = "Retry" in state ? (state.Retry ?? []) : [];
    if (retries > 0) frame.retries = retriers.map(() => retries);
  }
}

export function failed(error: unknown): TaskOutcome {
  if (!(error instanceof StateError)) throw error;
  return { error: error.error, cause: error.cause };
}
