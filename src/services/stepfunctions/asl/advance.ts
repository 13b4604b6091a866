// One step of an execution: something happened, and everything that follows
// from it without waiting is done. Nothing but the run's memory is read, and
// nothing but the run is changed: same frames, same happening, same time and
// same chance make the same events and commands, to the byte.

import { assert } from "../../../core/fault.ts";
import type { Frame } from "./frame.ts";
import type { Happening } from "./happening.ts";
import { attempt, chain, type Maybe } from "./maybe.ts";
import { redrive } from "./redrive.ts";
import { HistoryLimit, nextSequence, type Run, record, recordAfter, stateOf, timerCommand } from "./run.ts";
import { abort, endFailed, enter, guarded } from "./transitions.ts";

/** Beyond so many states the rest follows in a step of its own: a transaction is no place for long work. */
const statesAtOnce = 1_000;

export function advance(run: Run, happening: Happening): Maybe<void> {
  return attempt(
    () => chain(begin(run, happening), () => work(run)),
    (error) => {
      if (!(error instanceof HistoryLimit)) throw error;
      return endByHistory(run);
    },
  );
}

function begin(run: Run, happening: Happening): Maybe<void> {
  switch (happening.type) {
    case "started":
      return start(run);
    case "stopped": {
      const { error, cause } = happening;
      return endAll(run, "ABORTED", (last) => recordAfter(run, last, "ExecutionAborted", { error, cause }), {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
    }
    case "timedOut":
      return endAll(run, "TIMED_OUT", (last) => recordAfter(run, last, "ExecutionTimedOut"), {});
    case "redriven":
      return redrive(run);
    default:
      return chain(run.memory.frame(happening.frame), (frame) => {
        if (frame === undefined || isLate(frame, happening.sequence)) return;
        return answer(run, frame, happening);
      });
  }
}

/** What answers a wait that is over changes nothing. */
export function isLate(frame: Frame, sequence: number): boolean {
  return frame.ended !== undefined || frame.wait?.sequence !== sequence;
}

function start(run: Run): void {
  const { facts, machine } = run;
  const root: Frame = {
    id: 0,
    slot: 0,
    block: machine.root,
    state: machine.blocks[machine.root]!.startAt,
    input: facts.input,
    variables: {},
    event: 0,
    enteredAt: run.now,
    enteredEvent: 0,
  };
  run.memory.add(root);
  record(run, root, "ExecutionStarted", { roleArn: facts.roleArn, ...facts.started });
  // AWS begins the chain of the first thread anew.
  root.event = 0;
  enter(run, root, root.state, facts.input);
}

function answer(run: Run, frame: Frame, happening: Happening): Maybe<void> {
  const state = stateOf(run, frame);
  const { wait } = frame;
  if (happening.type === "due" && (wait?.kind === "turn" || wait?.kind === "retry")) {
    delete frame.wait;
    run.memory.touch(frame);
    run.ready.push(frame);
    return;
  }
  if (happening.type === "due" && wait?.kind !== "until" && wait?.kind !== "task") return;
  assert(state.resume !== undefined, "the state waits for something");
  return guarded(run, frame, () => state.resume!(run, frame, happening));
}

/** Runs every state that was entered, in that order. */
function work(run: Run): Maybe<void> {
  while (run.moved < run.ready.length) {
    const frame = run.ready[run.moved]!;
    if (run.moved >= statesAtOnce) return postpone(run);
    run.moved++;
    if (frame.ended !== undefined) continue;
    const pending = guarded(run, frame, () => stateOf(run, frame).run(run, frame));
    if (pending instanceof Promise) return pending.then(() => work(run));
  }
}

function postpone(run: Run): void {
  for (const frame of run.ready.slice(run.moved)) {
    if (frame.ended !== undefined) continue;
    frame.wait = { kind: "turn", sequence: nextSequence(run) };
    run.memory.touch(frame);
    timerCommand(run, frame, frame.wait.sequence, run.now);
  }
}

/** Ends the execution from outside. */
function endAll(
  run: Run,
  status: "ABORTED" | "TIMED_OUT",
  tell: (lastEvent: number) => void,
  failure: { readonly error?: string; readonly cause?: string },
): Maybe<void> {
  return chain(run.memory.frame(0), (root) =>
    chain(abort(run, root, undefined), () => {
      tell(run.head.lastEvent);
      endFailed(run, status, failure);
    }),
  );
}

function endByHistory(run: Run): Maybe<void> {
  const failure = {
    error: "States.Runtime",
    cause: `The execution reached the maximum number of history events (${run.eventLimit}).`,
  };
  // Frames are ended without events: there is no place for those.
  const silent: Run = {
    ...run,
    recording: false,
    eventLimit: Number.POSITIVE_INFINITY,
    head: { ...run.head },
  };
  return chain(run.memory.frame(0), (root) =>
    chain(abort(silent, root, undefined), () => {
      recordAfter(run, run.head.lastEvent, "ExecutionFailed", failure);
      endFailed(run, "FAILED", failure);
    }),
  );
}
