// An execution: a batch of events on its way through enrichment and target.

import type { TargetFailure, TargetOutcome } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { JsonValue } from "../../../model/shapes.ts";
import { type ExecutionLog, executionLog } from "../log/execution-log.ts";
import { enrichedEvent, type PipeEvent } from "./event.ts";
import { batchItemFailures } from "./item-failures.ts";
import type { Line } from "./line.ts";
import { inputsOf, invoke, type Stage } from "./stage.ts";

export interface Execution {
  /** By position, those that are to go through again. */
  readonly failed: ReadonlySet<number>;
  /** Why, of the first. */
  readonly failure?: TargetFailure | undefined;
  /** Nothing went through, for reasons that are none of the user's: that does not count as an attempt. */
  readonly throttled: boolean;
}

export async function execute(ctx: Waiting, line: Line, events: readonly PipeEvent[]): Promise<Execution> {
  const log = executionLog(ctx, line.pipe);
  log.step("EXECUTION_STARTED", { payload: events });
  const execution = await run(ctx, line, events, log);
  const { failed, failure, throttled } = execution;
  if (failed.size === 0) log.step("EXECUTION_SUCCEEDED");
  else if (throttled) log.step("EXECUTION_THROTTLED", { failure });
  else log.step(failed.size < events.length ? "EXECUTION_PARTIALLY_FAILED" : "EXECUTION_FAILED", { failure });
  log.close();
  return execution;
}

async function run(
  ctx: Waiting,
  line: Line,
  events: readonly PipeEvent[],
  log: ExecutionLog,
): Promise<Execution> {
  let carried = events;
  if (line.enrichment !== undefined) {
    const { answers, failure } = await enrich(ctx, line, line.enrichment, events, log);
    if (failure !== undefined) return failedAll(events, failure);
    carried = answers.map((answer) => enrichedEvent(answer, ctx.now()));
  }
  if (carried.length === 0) {
    log.step("TARGET_STAGE_SKIPPED");
    return { failed: new Set(), throttled: false };
  }
  const outcomes = await pass(ctx, line, line.target, carried, log);
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  const failed =
    line.target.kind.listed === true
      ? listFailures(outcomes[0]!, carried)
      : new Set([...outcomes.keys()].filter((at) => outcomes[at]!.failure !== undefined));
  return settle(events, carried, failed, failure);
}

/** What the enrichment answers, one value for each event that goes on. */
async function enrich(
  ctx: Waiting,
  line: Line,
  stage: Stage,
  events: readonly PipeEvent[],
  log: ExecutionLog,
): Promise<{ readonly answers: readonly JsonValue[]; readonly failure?: TargetFailure | undefined }> {
  const outcomes = await pass(ctx, line, stage, events, log);
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  return { answers: outcomes.flatMap(({ output }) => answersOf(output as JsonValue | undefined)), failure };
}

/** Nothing at all, in whatever form, leaves the target out. */
function answersOf(output: JsonValue | undefined): readonly JsonValue[] {
  if (output === undefined || output === null || output === "") return [];
  if (Array.isArray(output)) return output as readonly JsonValue[];
  return typeof output === "object" && Object.keys(output).length === 0 ? [] : [output];
}

async function pass(
  ctx: Waiting,
  { caller }: Line,
  stage: Stage,
  events: readonly PipeEvent[],
  log: ExecutionLog,
): Promise<readonly TargetOutcome[]> {
  const { name } = stage;
  log.step(`${name}_STAGE_ENTERED`, { payload: events });
  if (stage.transform !== undefined) log.step(`${name}_TRANSFORMATION_STARTED`, { payload: events });
  const inputs = inputsOf(stage, events);
  if (stage.transform !== undefined) log.step(`${name}_TRANSFORMATION_SUCCEEDED`, { request: inputs });
  log.step(`${name}_INVOCATION_STARTED`, { request: inputs });
  const outcomes = await invoke(ctx, stage, events, inputs, caller);
  const failures = outcomes.filter((outcome) => outcome.failure !== undefined);
  const failure = failures[0]?.failure;
  const how =
    failure === undefined ? "SUCCEEDED" : failures.length < outcomes.length ? "PARTIALLY_FAILED" : "FAILED";
  log.step(`${name}_INVOCATION_${how}`, { failure, stage, response: outcomes });
  log.step(`${name}_STAGE_${how}`, { failure, stage });
  return outcomes;
}

/** Of a target that takes all events at once, and may name those that failed. */
function listFailures({ output, failure }: TargetOutcome, carried: readonly PipeEvent[]): Set<number> {
  const all = (): Set<number> => new Set(carried.keys());
  if (failure !== undefined) return all();
  const ids = new Set(carried.flatMap(({ id }) => id ?? []));
  const failed = batchItemFailures(output, ids);
  if (failed === "all") return all();
  return new Set(
    [...carried.keys()].filter((at) => carried[at]!.id !== undefined && failed.has(carried[at]!.id!)),
  );
}

/** From what failed at the target to what is to come again from the source. */
function settle(
  events: readonly PipeEvent[],
  carried: readonly PipeEvent[],
  failed: ReadonlySet<number>,
  failure: TargetFailure | undefined,
): Execution {
  if (failed.size === 0) return { failed, throttled: false };
  const positions = new Map(events.map(({ id }, at) => [id, at]));
  const again = new Set<number>();
  for (const at of failed) {
    const { id } = carried[at]!;
    const inPlace = carried === events || (id === undefined && carried.length === events.length);
    const position = inPlace ? at : positions.get(id);
    // What the enrichment has made unrecognizable cannot be told from the others.
    if (position === undefined) return failedAll(events, failure);
    again.add(position);
  }
  return { failed: again, failure, throttled: again.size === events.length && isOurs(failure) };
}

function failedAll(events: readonly PipeEvent[], failure: TargetFailure | undefined): Execution {
  return { failed: new Set(events.keys()), failure, throttled: isOurs(failure) };
}

/** What the user's own code or endpoint answers is the user's, however passing. */
const usersOwn = new Set(["FunctionError", "ErrorFromTarget"]);

function isOurs(failure: TargetFailure | undefined): boolean {
  return failure?.passing === true && !usersOwn.has(failure.code);
}
