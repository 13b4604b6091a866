// `arn:aws:states:::states:startExecution`: a workflow within a workflow, not
// waited for, waited for by token, or until its end (`.sync`, `.sync:2`).

import { createHash } from "node:crypto";
import type { Waiting } from "../../../core/waiting.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { callService, shapesOf, withMetadata } from "./call.ts";
import type { Pattern, TaskAim, TaskIntegration } from "./integration.ts";
import { services } from "./optimized.ts";

type Values = Readonly<Record<string, Json>>;

/** `parsed`: `.sync:2`, which gives the output as JSON instead of text. */
export function nestedIntegration(pattern: Pattern, parsed: boolean): TaskIntegration {
  const suffix = { request: "", token: ".waitForTaskToken", sync: parsed ? ".sync:2" : ".sync" }[pattern];
  const base: TaskIntegration = {
    resourceType: "states",
    resource: `startExecution${suffix}`,
    kind: "task",
    pattern,
    ...shapesOf({
      ...services.states!,
      operation: "StartExecution",
      optimized: services.states!.name,
    }),
    run: async (aim, ctx) => withMetadata(await start(aim, ctx), ctx),
  };
  if (pattern !== "sync") return base;
  const arnOf = (started: Json): Json => ({ ExecutionArn: (started as Values).ExecutionArn ?? "" });
  return {
    ...base,
    poll: async (started, aim, ctx) =>
      outcome(await call("DescribeExecution", arnOf(started), aim, ctx), parsed),
    stop: async (started, aim, ctx) => {
      await call("StopExecution", arnOf(started), aim, ctx);
    },
  };
}

/**
 * Without a name from the definition, one that belongs to the attempt: where a crash
 * took the answer, the same start finds the execution that it had started.
 */
async function start(aim: TaskAim, ctx: Waiting): Promise<Record<string, Json>> {
  const { input, attempt } = aim;
  const named = !isObject(input) || input.Name !== undefined;
  if (attempt === undefined || named) return call("StartExecution", input, aim, ctx);
  const Name = nameOf(attempt);
  try {
    return await call("StartExecution", { ...input, Name }, aim, ctx);
  } catch (error) {
    const there = error instanceof StateError && error.error === alreadyExists;
    if (!there) throw error;
    // It has even ended since.
    const machine = String(input.StateMachineArn).split(":").slice(0, 7).join(":");
    const ExecutionArn = `${machine.replace(":stateMachine:", ":execution:")}:${Name}`;
    const { StartDate = null } = await call("DescribeExecution", { ExecutionArn }, aim, ctx);
    return { ExecutionArn, StartDate };
  }
}

const alreadyExists = "StepFunctions.ExecutionAlreadyExistsException";

function isObject(value: Json): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A UUID, as AWS names executions. */
function nameOf(attempt: string): string {
  const hex = createHash("sha256").update(attempt).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

function call(
  operation: string,
  parameters: Json,
  aim: TaskAim,
  ctx: Waiting,
): Promise<Record<string, Json>> {
  const { service, name } = services.states!;
  return callService({ service, operation, optimized: name }, parameters, aim, ctx);
}

function outcome(found: Values, parsed: boolean): Json | undefined {
  if (found.Status === "RUNNING" || found.Status === "PENDING_REDRIVE") return undefined;
  const told = parsed ? { ...found, ...parsedText(found, "Input"), ...parsedText(found, "Output") } : found;
  if (found.Status === "SUCCEEDED") return told;
  throw new StateError("States.TaskFailed", JSON.stringify(told));
}

function parsedText(found: Values, name: string): Values {
  const text = found[name];
  return typeof text === "string" ? { [name]: JSON.parse(text) as Json } : {};
}
