// Task: asks for work, and waits until it is done, has failed, or took too long.

import { integrationFor } from "../../integrations/index.ts";
import { makeToken } from "../../task-token.ts";
import { type Evaluate, type Json, StateError } from "../data/scope.ts";
import { compileDataFlow } from "../data-flow.ts";
import type { NumberOrExpression, TaskDefinition } from "../definition.ts";
import type { Frame, TaskWait } from "../frame.ts";
import type { Failure, Happening } from "../happening.ts";
import { dataLimitExceeded, tooLarge } from "../limits.ts";
import type { CompiledState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { nextSequence, type Run, record } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { leave, raise } from "../transitions.ts";
import { compileErrors, named, type StateContext } from "./context.ts";
import { eventsOf, type TaskEvents } from "./task-events.ts";

export function compileTask(definition: TaskDefinition, context: StateContext): CompiledState {
  const { Resource, Next } = definition;
  const { language } = context;
  const flow = compileDataFlow(definition, language);
  const pattern = patternOf(Resource);
  const integration = integrationFor(Resource);
  const events = eventsOf(Resource, integration);
  const seconds = secondsCompiler(context);
  const timeout = seconds(definition.TimeoutSeconds, definition.TimeoutSecondsPath, "TimeoutSeconds");
  const heartbeat = seconds(definition.HeartbeatSeconds, definition.HeartbeatSecondsPath, "HeartbeatSeconds");
  const { Credentials } = definition;
  const credentials =
    Credentials === undefined ? undefined : language.query.template(Credentials, "Credentials");
  const wantsToken = pattern === "token" || events.kind === "activity";

  const schedule = (
    run: Run,
    frame: Frame,
    input: Json,
    sequence: number,
    token: string | undefined,
    limits: { readonly timeout?: number | undefined; readonly heartbeat?: number | undefined },
    role: Json | undefined,
  ): void => {
    if (tooLarge(input)) throw dataLimitExceeded(frame.state);
    const region = run.facts.region;
    record(run, frame, events.scheduled, events.scheduledDetails(input, region, limits, role));
    if (events.kind !== "activity") record(run, frame, events.started, events.details);
    const wait: TaskWait = {
      kind: "task",
      sequence,
      resource: Resource,
      pattern,
      input,
      scheduledAt: run.now,
      ...(token === undefined ? {} : { token }),
      ...(role === undefined ? {} : { credentials: role }),
      ...(limits.timeout === undefined ? {} : { timeoutAt: run.now + limits.timeout * 1000 }),
      ...(limits.heartbeat === undefined ? {} : { heartbeatSeconds: limits.heartbeat }),
    };
    // An activity's heartbeats are due from the moment a worker has it.
    if (limits.heartbeat !== undefined && events.kind !== "activity") {
      wait.heartbeatAt = run.now + limits.heartbeat * 1000;
    }
    frame.wait = wait;
    run.memory.touch(frame);
    setTimer(run, frame, wait);
    const address = { frame: frame.id, sequence };
    run.commands.push(
      events.kind === "activity"
        ? { type: "activity", ...address, activityArn: Resource, token: token! }
        : { type: "task", ...address },
    );
  };

  return {
    ...named(context.name, definition),
    ...compileErrors(definition, language),
    run: (run, frame) => {
      if (events.kind !== "activity" && integration === undefined) throw unknownResource(Resource);
      const sequence = nextSequence(run);
      const token = wantsToken
        ? makeToken(run.facts.executionArn, frame.id, sequence, run.chance)
        : undefined;
      return chain(flow.prepare(run, frame, token), (input) => {
        const scope = scopeOf(run, frame, frame.input);
        return chain(timeout(scope), (timeoutSeconds) =>
          chain(heartbeat(scope), (heartbeatSeconds) =>
            chain(credentials?.(scope), (role) => {
              const limits = { timeout: timeoutSeconds, heartbeat: heartbeatSeconds };
              schedule(run, frame, input, sequence, token, limits, role);
            }),
          ),
        );
      });
    },
    resume: (run, frame, happening) => {
      const wait = frame.wait as TaskWait;
      if (happening.type === "taskSucceeded") {
        const { output } = happening;
        if (tooLarge(output)) throw dataLimitExceeded(Resource);
        release(run, frame, wait);
        record(run, frame, events.succeeded, { ...events.details, output });
        return chain(flow.finish(run, frame, output), (outcome) => leave(run, frame, outcome, Next));
      }
      return resumeOther(run, frame, wait, happening, events);
    },
  };
}

function resumeOther(
  run: Run,
  frame: Frame,
  wait: TaskWait,
  happening: Happening,
  events: TaskEvents,
): Maybe<void> {
  switch (happening.type) {
    case "taskFailed": {
      const { error, cause } = happening;
      record(run, frame, events.failed, { ...events.details, error, cause });
      return raise(run, frame, failure(error, cause));
    }
    case "taskSubmitted":
      wait.submitted = true;
      if (wait.pattern === "sync") wait.started = happening.output;
      record(run, frame, "TaskSubmitted", { ...events.details, output: happening.output });
      run.memory.touch(frame);
      return;
    case "taskStarted":
      record(run, frame, events.started, { workerName: happening.workerName });
      beat(run, frame, wait);
      return;
    case "heartbeat":
      beat(run, frame, wait);
      return;
    case "due":
      return overdue(run, frame, wait, events);
    default:
      return;
  }
}

/** The heartbeat's time begins anew. The timer is set for the first time only: it looks again by itself. */
function beat(run: Run, frame: Frame, wait: TaskWait): void {
  if (wait.heartbeatSeconds === undefined) return;
  const first = wait.heartbeatAt === undefined;
  wait.heartbeatAt = run.now + wait.heartbeatSeconds * 1000;
  run.memory.touch(frame);
  if (first) setTimer(run, frame, wait);
}

function overdue(run: Run, frame: Frame, wait: TaskWait, events: TaskEvents): Maybe<void> {
  const tooLong = wait.timeoutAt !== undefined && wait.timeoutAt <= run.now;
  const silent = wait.heartbeatAt !== undefined && wait.heartbeatAt <= run.now;
  if (!tooLong && !silent) {
    setTimer(run, frame, wait);
    return;
  }
  const error = "States.Timeout";
  record(run, frame, events.timedOut, { ...events.details, error });
  return raise(run, frame, tooLong ? { error } : { error, also: "States.HeartbeatTimeout" });
}

function setTimer(run: Run, frame: Frame, wait: TaskWait): void {
  const at = Math.min(
    wait.timeoutAt ?? Number.POSITIVE_INFINITY,
    wait.heartbeatAt ?? Number.POSITIVE_INFINITY,
  );
  if (at === Number.POSITIVE_INFINITY) return;
  run.commands.push({ type: "timer", frame: frame.id, sequence: wait.sequence, at, limit: true });
}

/** The task is over: its timer is not wanted any more, and its job has ended by itself. */
function release(run: Run, frame: Frame, wait: TaskWait): void {
  if (wait.timeoutAt !== undefined || wait.heartbeatAt !== undefined) {
    run.commands.push({ type: "cancel", frame: frame.id, sequence: wait.sequence });
  }
  delete frame.wait;
}

function failure(error: string | undefined, cause: string | undefined): Failure {
  return {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

export function patternOf(resource: string): TaskWait["pattern"] {
  if (resource.endsWith(".waitForTaskToken")) return "token";
  return /\.sync(:2)?$/.test(resource) ? "sync" : "request";
}

type Seconds = Evaluate<number | undefined>;

function secondsCompiler({ language }: StateContext) {
  return (value: NumberOrExpression | undefined, path: string | undefined, field: string): Seconds => {
    if (path !== undefined) return checked(language.query.path(path, `${field}Path`), `${field}Path`);
    if (value === undefined) return () => undefined;
    if (typeof value === "number") return () => value;
    return checked(language.query.value<Json>(value, field), field);
  };
}

function checked(evaluate: Evaluate, field: string): Seconds {
  return (scope) =>
    chain(evaluate(scope), (value) => {
      if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
      throw new StateError(
        "States.Runtime",
        `The ${field} parameter does not reference a positive integer value: ${JSON.stringify(value)}`,
      );
    });
}

function unknownResource(resource: string): StateError {
  return new StateError("States.Runtime", `The resource provided is not implemented by Cumulet: ${resource}`);
}
