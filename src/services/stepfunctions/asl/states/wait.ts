// Wait: until a time has come, or some seconds have gone by.

import { type Evaluate, type Json, StateError } from "../data/scope.ts";
import { compileDataFlow } from "../data-flow.ts";
import type { WaitDefinition } from "../definition.ts";
import type { Frame } from "../frame.ts";
import type { CompiledState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { nextSequence, type Run, timerCommand } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { leave } from "../transitions.ts";
import { named, type StateContext } from "./context.ts";

/** AWS's limit for Seconds. */
const maximumSeconds = 99_999_999;

export function compileWait(definition: WaitDefinition, context: StateContext): CompiledState {
  const { Next } = definition;
  const flow = compileDataFlow(definition, context.language);
  const until = compileUntil(definition, context);
  const exit = (run: Run, frame: Frame): Maybe<void> =>
    chain(flow.effective(run, frame), (input) =>
      chain(flow.finish(run, frame, input), (outcome) => leave(run, frame, outcome, Next)),
    );
  return {
    ...named(context.name, definition),
    run: (run, frame) =>
      chain(flow.effective(run, frame), (input) =>
        chain(until(run, frame, input), (at) => {
          if (at <= run.now) return exit(run, frame);
          frame.wait = { kind: "until", sequence: nextSequence(run), at };
          timerCommand(run, frame, frame.wait.sequence, at);
          run.memory.touch(frame);
        }),
      ),
    resume: (run, frame) => exit(run, frame),
  };
}

function compileUntil(
  definition: WaitDefinition,
  { language: { name, query } }: StateContext,
): (run: Run, frame: Frame, input: Json) => Maybe<number> {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = definition;
  const literal = name === "JSONPath";
  if (Timestamp !== undefined || TimestampPath !== undefined) {
    const field = TimestampPath === undefined ? "Timestamp" : "TimestampPath";
    const stamp: Evaluate =
      TimestampPath !== undefined
        ? query.path(TimestampPath, field)
        : literal
          ? () => Timestamp!
          : query.value<Json>(Timestamp!, field);
    return (run, frame, input) =>
      chain(stamp(scopeOf(run, frame, input)), (value) => timestamp(value, field));
  }
  const field = SecondsPath === undefined ? "Seconds" : "SecondsPath";
  const seconds: Evaluate =
    SecondsPath !== undefined
      ? query.path(SecondsPath, field)
      : typeof Seconds === "number"
        ? () => Seconds
        : query.value<Json>(Seconds!, field);
  return (run, frame, input) =>
    chain(seconds(scopeOf(run, frame, input)), (value) => run.now + duration(value, field) * 1000);
}

function duration(value: Json, field: string): number {
  const seconds = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= 0 && seconds <= maximumSeconds) {
    return seconds;
  }
  throw new StateError(
    "States.Runtime",
    `The ${field} parameter does not reference a valid number of seconds: ${JSON.stringify(value)}`,
  );
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function timestamp(value: Json, field: string): number {
  const at = typeof value === "string" && rfc3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new StateError(
    "States.Runtime",
    `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
