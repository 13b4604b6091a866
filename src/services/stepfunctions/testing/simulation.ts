// An execution driven by hand: tasks end as a seed says, timers fire in order,
// and between any two steps everything it remembers can be written down and
// read again, as a crash would have it.

import { seededIds } from "../../../core/ids.ts";
import { advance } from "../asl/advance.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Frame, Head, Memory } from "../asl/frame.ts";
import type { Command, Happening } from "../asl/happening.ts";
import type { HistoryRecord } from "../asl/history-record.ts";
import type { Machine } from "../asl/machine.ts";
import type { Facts, Run } from "../asl/run.ts";

interface World {
  readonly head: Head;
  readonly frames: Record<string, Frame>;
  readonly slots: Record<string, Json>;
}

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly happening: Happening;
}

export interface SimulationOptions {
  readonly machine: Machine;
  readonly input: Json;
  readonly seed: number;
  /** Whether everything is written down and read again after the n-th step. */
  readonly crashAfter: (step: number) => boolean;
  /** Whether an answer to the n-th step comes a second time. */
  readonly repeats: (step: number) => boolean;
}

export interface Simulated {
  readonly history: readonly HistoryRecord[];
  readonly head: Head;
  /** Frames that are still there. */
  readonly frames: number;
}

const stepLimit = 5_000;

export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const { machine, input, seed } = options;
  let world: World = {
    head: { lastEvent: 0, sequence: 0, frames: 0, status: "RUNNING", redriveCount: 0 },
    frames: {},
    slots: {},
  };
  let pending: Pending[] = [];
  let order = 0;
  const history: HistoryRecord[] = [];
  const facts: Facts = {
    executionArn: "arn:aws:states:us-east-1:000000000000:execution:machine:run",
    executionName: "run",
    input,
    roleArn: "arn:aws:iam::000000000000:role/r",
    startedAt: 0,
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
    stateMachineName: "machine",
    account: "000000000000",
    region: "us-east-1",
  };

  const step = async (happening: Happening, now: number, number: number): Promise<void> => {
    const ids = seededIds(seed * 7919 + number);
    const run: Run = {
      machine,
      facts,
      head: world.head,
      memory: memoryOf(world),
      now,
      chance: { uuid: () => ids.uuid(), fraction: () => ids.fraction() },
      recording: true,
      eventLimit: 25_000,
      events: [],
      commands: [],
      ready: [],
      moved: 0,
    };
    await advance(run, happening);
    history.push(...run.events);
    for (const command of run.commands) {
      if (command.type === "cancel") {
        pending = pending.filter(
          ({ happening: one }) => !(one.type === "due" && one.sequence === command.sequence),
        );
      } else {
        const next = answerTo(command, now, seed);
        if (next !== undefined) pending.push({ ...next, order: order++ });
      }
    }
    if (options.crashAfter(number)) {
      world = JSON.parse(JSON.stringify(world)) as World;
      pending = JSON.parse(JSON.stringify(pending)) as Pending[];
    }
  };

  await step({ type: "started" }, 0, 0);
  for (let number = 1; world.head.status === "RUNNING" && number < stepLimit; number++) {
    pending.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = pending.shift();
    if (next === undefined) throw new Error("The execution waits for nothing.");
    await step(next.happening, next.at, number);
    if (options.repeats(number)) {
      const before = history.length;
      await step(next.happening, next.at, number);
      if (history.length !== before) throw new Error("An answer was heard twice.");
    }
  }
  return { history, head: world.head, frames: Object.keys(world.frames).length };
}

/** What comes of a command, and when: the same for the same seed and wait. */
function answerTo(
  command: Command,
  now: number,
  seed: number,
): { readonly at: number; readonly happening: Happening } | undefined {
  if (command.type === "timer") {
    const { frame, sequence, at } = command;
    return { at, happening: { type: "due", frame, sequence } };
  }
  if (command.type !== "task" && command.type !== "activity") return undefined;
  const { frame, sequence } = command;
  const ids = seededIds(seed + sequence * 31);
  const at = now + Math.floor(ids.fraction() * 10_000);
  if (ids.fraction() < 0.3) {
    return { at, happening: { type: "taskFailed", frame, sequence, error: "Odd", cause: "by chance" } };
  }
  return { at, happening: { type: "taskSucceeded", frame, sequence, output: { sequence } } };
}

function memoryOf({ frames, slots }: World): Memory {
  const prefix = (frame: Frame, kind: string): string => `${frame.id}/${kind}/`;
  const forget = (frame: Frame): void => {
    for (const key of Object.keys(slots)) if (key.startsWith(`${frame.id}/`)) delete slots[key];
  };
  return {
    frame: (id) => frames[id],
    add: (frame) => {
      frames[frame.id] = frame;
    },
    touch: () => undefined,
    remove: (frame) => {
      forget(frame);
      delete frames[frame.id];
    },
    putItem: (frame, index, value) => {
      slots[prefix(frame, "item") + index] = value;
    },
    item: (frame, index) => slots[prefix(frame, "item") + index] ?? null,
    putResult: (frame, index, value) => {
      slots[prefix(frame, "result") + index] = value;
    },
    results: (frame) => {
      const start = prefix(frame, "result");
      const found = Object.keys(slots).filter((key) => key.startsWith(start));
      const index = (key: string): number => Number(key.slice(start.length));
      return found.sort((a, b) => index(a) - index(b)).map((key) => slots[key]!);
    },
    forget,
  };
}
