// `arn:aws:states:::states:startExecution`: a workflow within a workflow, not
// waited for, waited for by token, or until its end (`.sync`, `.sync:2`).

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
    run: async (aim, ctx) => withMetadata(await call("StartExecution", aim.input, aim, ctx), ctx),
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
