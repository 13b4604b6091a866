// TestState: one state by itself, with its work done or mocked, and what its
// data was on the way.

import type { Waiting } from "../../../core/waiting.ts";
import type { Json } from "../asl/data/scope.ts";
import type { StateDefinition } from "../asl/definition.ts";
import type { TaskWait } from "../asl/frame.ts";
import { checkInput } from "../data.ts";
import { integrationFor } from "../integrations/index.ts";
import { type Input, invalid, type Output } from "../model.ts";
import { drive, failed, type Observed, type TaskOutcome, type Trial } from "../test-state/drive.ts";
import { inspectionOf } from "../test-state/inspection.ts";
import { mapInspection, mapOutcome, standIn } from "../test-state/map.ts";
import { mockOutcome, parsed } from "../test-state/mock.ts";
import { traced } from "../test-state/request.ts";
import { checkErrorSource, machineFor, type Subject, subjectOf } from "../test-state/subject.ts";

export async function testState(input: Input<"TestState">, ctx: Waiting): Promise<Output<"TestState">> {
  const { inspectionLevel: level = "INFO", input: text = "{}", stateConfiguration: given = {} } = input;
  checkInput(text);
  const subject = subjectOf(input.definition, input.stateName);
  const { state } = subject;
  checkErrorSource(state, given.errorCausedByState);
  const data = JSON.parse(text) as Json;
  const mocked = mapOutcome(state, mockOutcome(input.mock, state), given.mapIterationFailureCount ?? 0);
  const { ctx: watched, seen } = traced(ctx, input.revealSecrets === true);
  let outcome: TaskOutcome | undefined;
  const trial: Omit<Trial, "definition"> = {
    facts: factsOf(input, data, ctx),
    variables: objectOf(input.variables, "variables"),
    retries: given.retrierRetryCount ?? 0,
    perform: async (wait) => {
      outcome ??= mocked ?? (await perform(wait, input.roleArn, watched));
      return outcome;
    },
  };
  const shown = standIn(state);
  const observed = await drive({ ...trial, definition: machineFor(subject, withMarkers(shown)) }, ctx);
  const told = await outcomeOf(subject, shown, observed, trial, ctx);
  if (level === "INFO") return told;
  const inspectionData = {
    ...inspectionOf(subject, data, observed, outcome),
    ...(await mapInspection(subject, data, observed, given.mapItemReaderData, trial, ctx)),
    ...errorDetails(observed),
    ...(level === "TRACE" ? seen() : {}),
  };
  return { ...told, inspectionData };
}

const marker = "Caught by ";

/** Every catcher leads to a state of its own, so that it can be told which it was. */
function withMarkers(state: StateDefinition): StateDefinition {
  if (!("Catch" in state) || state.Catch === undefined) return state;
  return { ...state, Catch: state.Catch.map((catcher, at) => ({ ...catcher, Next: `${marker}${at}` })) };
}

function catcherOf({ entered }: Observed): number | undefined {
  const target = entered[0];
  return target?.startsWith(marker) ? Number(target.slice(marker.length)) : undefined;
}

async function outcomeOf(
  subject: Subject,
  state: StateDefinition,
  observed: Observed,
  trial: Omit<Trial, "definition">,
  ctx: Waiting,
): Promise<Output<"TestState">> {
  const { head, frame, entered } = observed;
  if (head.status === "FAILED") return { status: "FAILED", ...errorOf(observed) };
  if (frame.wait?.kind === "retry") {
    return { status: "RETRIABLE", ...(await uncaught(subject, state, trial, ctx)) };
  }
  const output = JSON.stringify(head.output);
  const caught = catcherOf(observed);
  if (caught !== undefined) {
    const nextState = (state as { readonly Catch: readonly { readonly Next: string }[] }).Catch[caught]!.Next;
    return { status: "CAUGHT_ERROR", output, nextState, ...(await uncaught(subject, state, trial, ctx)) };
  }
  const nextState = entered[0];
  return { status: "SUCCEEDED", output, ...(nextState === undefined ? {} : { nextState }) };
}

function errorOf({ head }: Observed): { readonly error?: string; readonly cause?: string } {
  return {
    ...(head.error === undefined ? {} : { error: head.error }),
    ...(head.cause === undefined ? {} : { cause: head.cause }),
  };
}

/** The error itself: what the same state fails with where nothing takes it. */
async function uncaught(
  subject: Subject,
  state: StateDefinition,
  trial: Omit<Trial, "definition">,
  ctx: Waiting,
): Promise<{ readonly error?: string; readonly cause?: string }> {
  const {
    Retry: _retry,
    Catch: _catch,
    ...bare
  } = state as StateDefinition & {
    readonly Retry?: unknown;
    readonly Catch?: unknown;
  };
  const definition = machineFor(subject, bare as StateDefinition);
  return errorOf(await drive({ ...trial, definition }, ctx));
}

function errorDetails(observed: Observed): Output<"TestState">["inspectionData"] {
  const { wait, retries, enteredAt } = observed.frame;
  const catchIndex = catcherOf(observed);
  if (catchIndex !== undefined) return { errorDetails: { catchIndex } };
  if (wait?.kind !== "retry") return {};
  const retryIndex = retries?.findLastIndex((count) => count > 0) ?? 0;
  const retryBackoffIntervalSeconds = Math.round((wait.at - enteredAt) / 1000);
  return { errorDetails: { retryIndex, retryBackoffIntervalSeconds } };
}

async function perform(wait: TaskWait, roleArn: string | undefined, ctx: Waiting): Promise<TaskOutcome> {
  if (roleArn === undefined) throw invalid("A roleArn is required to test a state without a mock.");
  try {
    const output = await integrationFor(wait.resource)!.run(
      {
        resource: wait.resource,
        pattern: wait.pattern,
        input: wait.input,
        ...(wait.credentials === undefined ? {} : { credentials: wait.credentials }),
        roleArn,
        executionArn: `arn:aws:states:${ctx.region}:${ctx.account}:express:TestState:TestState`,
        region: ctx.region,
      },
      ctx,
    );
    return { output };
  } catch (error) {
    return failed(error);
  }
}

function factsOf(input: Input<"TestState">, data: Json, ctx: Waiting): Trial["facts"] {
  const name = "TestState";
  const place = `arn:aws:states:${ctx.region}:${ctx.account}`;
  return {
    executionArn: `${place}:express:${name}:${name}`,
    executionName: name,
    input: data,
    roleArn: input.roleArn ?? "",
    startedAt: ctx.now(),
    stateMachineArn: `${place}:stateMachine:${name}`,
    stateMachineName: name,
    account: ctx.account,
    region: ctx.region,
    ...(input.context === undefined ? {} : { context: objectOf(input.context, "context") }),
  };
}

function objectOf(text: string | undefined, name: string): { readonly [name: string]: Json } {
  if (text === undefined) return {};
  const value = parsed(text, name);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`The value of '${name}' must be a JSON object.`);
  }
  return value as { readonly [name: string]: Json };
}
