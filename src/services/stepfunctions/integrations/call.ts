// One call of one operation for a task: its input checked and converted, its
// output as a state's JSON, its errors by the names that Catch looks for.

import type { Waiting } from "../../../core/waiting.ts";
import { loadModel } from "../../../model/load.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { failureOf, type OptimizedName } from "./failures.ts";
import { caller, type TaskAim, type TaskIntegration } from "./integration.ts";
import { inputFor, outputFrom, type Style, UnknownField } from "./values.ts";

export interface ServiceCall {
  /** The AWS CLI's name. */
  readonly service: string;
  /** As the model spells it. */
  readonly operation: string;
  /** Absent for `aws-sdk` integrations. */
  readonly optimized?: OptimizedName;
}

/** What the operation takes and gives, for the checks of definitions and mocks. */
export function shapesOf(call: ServiceCall): Pick<TaskIntegration, "parameters" | "answer"> {
  const answer = loadModel(call.service).operations.get(call.operation)?.output;
  const style: Style = call.optimized === undefined ? "sdk" : "optimized";
  return {
    parameters: parametersOf(call),
    answer: answer === undefined ? undefined : { shape: answer, style },
  };
}

function parametersOf({ service, operation, optimized }: ServiceCall): TaskIntegration["parameters"] {
  const shape = loadModel(service).operations.get(operation)?.input;
  return shape === undefined ? undefined : { shape, style: optimized === undefined ? "sdk" : "optimized" };
}

/** Calls, and gives the output back as the state's JSON. */
export async function callService(
  { service, operation, optimized }: ServiceCall,
  parameters: Json,
  aim: TaskAim,
  ctx: Waiting,
): Promise<Record<string, Json>> {
  const model = loadModel(service);
  const shape = model.operations.get(operation)!;
  const style: Style = optimized === undefined ? "sdk" : "optimized";
  try {
    const input = inputFor(shape.input, parameters, style);
    const under = await caller(aim, ctx);
    const output = await under.callByName(service, operation, input);
    return await outputFrom(shape.output, output, style);
  } catch (error) {
    if (error instanceof UnknownField) throw new StateError("States.Runtime", error.message);
    throw failureOf(error, model, shape, optimized, ctx);
  }
}

/** What optimized integrations tell of the answer's transport. */
export function withMetadata(output: Record<string, Json>, ctx: Waiting): Json {
  const headers = { "x-amzn-RequestId": ctx.ids.uuid() };
  return {
    ...output,
    SdkHttpMetadata: {
      AllHttpHeaders: { "x-amzn-RequestId": [headers["x-amzn-RequestId"]] },
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: headers["x-amzn-RequestId"] },
  };
}
