// How frames move: into a state, out of it, and up to their parent.

import { assert } from "../../../core/fault.ts";
import { type Json, StateError } from "./data/scope.ts";
import { findCatcher, nextRetry } from "./errors.ts";
import type { Frame } from "./frame.ts";
import type { Failure } from "./happening.ts";
import { dataLimitExceeded, maximumVariableBytes, tooLarge } from "./limits.ts";
import { attempt, chain, each, type Maybe } from "./maybe.ts";
import type { Outcome } from "./outcome.ts";
import { nextSequence, parentOf, type Run, record, stateOf, timerCommand } from "./run.ts";

export function enter(run: Run, frame: Frame, name: string, input: Json): void {
  frame.state = name;
  frame.input = input;
  frame.enteredAt = run.now;
  // To delete what is not there is no small work either.
  if (frame.retries !== undefined) delete frame.retries;
  if (frame.wait !== undefined) delete frame.wait;
  record(run, frame, stateOf(run, frame).entered, run.recording ? { name, input } : undefined);
  frame.enteredEvent = frame.event;
  run.memory.touch(frame);
  run.ready.push(frame);
}

/** To `next`, or where that is undefined to the end of the block. */
export function leave(run: Run, frame: Frame, outcome: Outcome, next: string | undefined): Maybe<void> {
  const state = stateOf(run, frame);
  const { output, assigned } = outcome;
  if (output !== frame.input && tooLarge(output)) throw dataLimitExceeded(frame.state);
  if (frame.wait !== undefined) delete frame.wait;
  if (assigned !== undefined) assign(frame, assigned);
  assert(state.exited !== undefined, "the state can be left");
  const { state: name } = frame;
  record(run, frame, state.exited, run.recording ? { name, output, assignedVariables: assigned } : undefined);
  if (next !== undefined) return enter(run, frame, next, output);
  return frameSucceeded(run, frame, output);
}

function assign(frame: Frame, assigned: { readonly [name: string]: Json }): void {
  const variables = { ...frame.variables, ...assigned };
  if (tooLarge(assigned) || tooLarge(variables, maximumVariableBytes)) throw dataLimitExceeded(frame.state);
  frame.variables = variables;
}

function frameSucceeded(run: Run, frame: Frame, output: Json): Maybe<void> {
  if (frame.parent === undefined) {
    record(run, frame, "ExecutionSucceeded", { output });
    run.head.status = "SUCCEEDED";
    run.head.output = output;
    run.memory.remove(frame);
    return;
  }
  return chain(parentOf(run, frame), (parent) => {
    const wait = parent.wait;
    assert(wait?.kind === "children", "the parent waits for its children");
    run.memory.putResult(parent, frame.slot, output);
    run.memory.remove(frame);
    wait.live = wait.live.filter((id) => id !== frame.id);
    run.memory.touch(parent);
    return guarded(run, parent, () => stateOf(run, parent).childEnded!(run, parent, frame));
  });
}

/** Starts a child in its first state. */
export function startChild(
  run: Run,
  parent: Frame,
  child: Pick<Frame, "slot" | "block" | "input" | "item">,
  started?: (child: Frame) => void,
): void {
  const wait = parent.wait;
  assert(wait?.kind === "children", "the parent waits for its children");
  const id = ++run.head.frames;
  const item = child.item ?? parent.item;
  const startAt = run.machine.blocks[child.block]!.startAt;
  const frame: Frame = {
    id,
    parent: parent.id,
    slot: child.slot,
    block: child.block,
    state: startAt,
    input: child.input,
    variables: parent.variables,
    event: parent.event,
    enteredAt: run.now,
    enteredEvent: 0,
    ...(item === undefined ? {} : { item }),
  };
  wait.live.push(id);
  run.memory.add(frame);
  started?.(frame);
  enter(run, frame, startAt, child.input);
}

/** Runs what may fail the frame's state. */
export function guarded(run: Run, frame: Frame, body: () => Maybe<void>): Maybe<void> {
  return attempt(body, (error) => {
    if (!(error instanceof StateError)) throw error;
    return raise(run, frame, failureOf(run, frame, error));
  });
}

/** An expression's error, told as AWS tells it. */
export function failureOf(run: Run, frame: Frame, error: StateError): Failure {
  const cause = `An error occurred while executing the state '${frame.state}' (entered at the event id #${frame.enteredEvent}). ${error.cause}`;
  if (error.error === "States.QueryEvaluationError") {
    const { location } = error as StateError & { readonly location?: string };
    record(run, frame, "EvaluationFailed", {
      error: error.error,
      cause,
      location,
      state: frame.state,
    });
  }
  if (error.error === "States.DataLimitExceeded") return { error: error.error, cause: error.cause };
  return { error: error.error, cause };
}

/** The frame's state has failed: it is tried again, or the error is caught, or the frame fails with it. */
export function raise(run: Run, frame: Frame, failure: Failure): Maybe<void> {
  const state = stateOf(run, frame);
  const retry = nextRetry(state.retriers, frame, failure);
  if (retry !== undefined) {
    return chain(dropChildren(run, frame), () => {
      withdraw(run, frame);
      frame.retries = state.retriers.map((_, at) => frame.retries?.[at] ?? 0);
      frame.retries[retry.index] = retry.attempt;
      const delay = state.retriers[retry.index]!.delay(retry.attempt, run.chance.fraction);
      const at = run.now + Math.round(delay * 1000);
      frame.wait = { kind: "retry", sequence: nextSequence(run), at };
      timerCommand(run, frame, frame.wait.sequence, at);
      run.memory.touch(frame);
    });
  }
  const catcher = findCatcher(state.catchers, failure);
  if (catcher === undefined) return frameFailed(run, frame, failure);
  return attempt(
    () =>
      chain(catcher.outcome(run, frame, failure), (outcome) =>
        chain(dropChildren(run, frame), () => {
          withdraw(run, frame);
          return leave(run, frame, outcome, catcher.next);
        }),
      ),
    (error) => {
      if (!(error instanceof StateError)) throw error;
      return frameFailed(run, frame, failureOf(run, frame, error));
    },
  );
}

export function frameFailed(run: Run, frame: Frame, failure: Failure): Maybe<void> {
  withdraw(run, frame);
  frame.ended = "failed";
  run.memory.touch(frame);
  if (frame.parent === undefined) {
    const { error, cause } = failure;
    record(run, frame, "ExecutionFailed", { error, cause });
    endFailed(run, "FAILED", failure);
    return;
  }
  return chain(parentOf(run, frame), (parent) => {
    const state = stateOf(run, parent);
    const wait = parent.wait;
    assert(wait?.kind === "children", "the parent waits for its children");
    state.childFailed?.(run, parent, frame);
    const siblings = wait.live.filter((id) => id !== frame.id);
    return chain(
      each(siblings, (id) => chain(run.memory.frame(id), (sibling) => abort(run, sibling, parent))),
      () => {
        parent.event = frame.event;
        record(run, parent, state.definition.Type === "Map" ? "MapStateFailed" : "ParallelStateFailed");
        run.memory.touch(parent);
        return raise(run, parent, failure);
      },
    );
  });
}

export function endFailed(run: Run, status: "FAILED" | "TIMED_OUT" | "ABORTED", failure: Failure): void {
  run.head.status = status;
  delete run.head.output;
  delete run.head.error;
  delete run.head.cause;
  if (failure.error !== undefined) run.head.error = failure.error;
  if (failure.cause !== undefined) run.head.cause = failure.cause;
}

/** Ends the frame and all below it, for something beside or above it has ended. It is kept, for a redrive. */
export function abort(run: Run, frame: Frame | undefined, parent: Frame | undefined): Maybe<void> {
  if (frame === undefined || frame.ended !== undefined) return;
  frame.ended = "aborted";
  run.memory.touch(frame);
  const live = frame.wait?.kind === "children" ? frame.wait.live : [];
  return chain(
    each(live, (id) => chain(run.memory.frame(id), (child) => abort(run, child, frame))),
    () => {
      withdraw(run, frame);
      const { aborted } = stateOf(run, frame);
      if (aborted !== undefined) record(run, frame, aborted);
      if (parent !== undefined) stateOf(run, parent).childAborted?.(run, parent, frame);
    },
  );
}

/** Takes back what the frame's wait asked for. A wait for children stays: a redrive goes on with it. */
export function withdraw(run: Run, frame: Frame): void {
  const { wait } = frame;
  if (wait === undefined || wait.kind === "children") return;
  const address = { frame: frame.id, sequence: wait.sequence };
  if (wait.kind === "until" || wait.kind === "retry") run.commands.push({ type: "cancel", ...address });
  if (wait.kind === "task") {
    if (wait.timeoutAt !== undefined || wait.heartbeatAt !== undefined) {
      run.commands.push({ type: "cancel", ...address });
    }
    if (wait.started !== undefined && wait.pattern === "sync") {
      run.commands.push({ type: "stop", ...address, resource: wait.resource, started: wait.started });
    }
  }
  if (wait.kind === "map-run") run.commands.push({ type: "stopMapRun", arn: wait.arn });
  // A map run can be redriven under its own name.
  if (wait.kind !== "map-run") delete frame.wait;
}

/** Forgets all children of the frame and what came of them. */
export function dropChildren(run: Run, frame: Frame): Maybe<void> {
  const { wait } = frame;
  if (wait?.kind === "map-run") delete frame.wait;
  if (wait?.kind !== "children") return;
  delete frame.wait;
  return chain(
    each(wait.live, (id) =>
      chain(run.memory.frame(id), (child) => {
        if (child === undefined) return;
        return chain(dropChildren(run, child), () => run.memory.remove(child));
      }),
    ),
    () => run.memory.forget(frame),
  );
}
