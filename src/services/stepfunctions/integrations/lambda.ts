// Functions: by their own ARN, whose task is the whole payload, or through the
// optimized integration with the parameters of Invoke.

import type { Waiting } from "../../../core/waiting.ts";
import type { InvocationResponse } from "../../../model/generated/lambda.d.ts";
import { loadModel } from "../../../model/load.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { shapesOf, withMetadata } from "./call.ts";
import { failureOf, type OptimizedName } from "./failures.ts";
import { caller, type Pattern, type TaskAim, type TaskIntegration } from "./integration.ts";
import { inputFor, UnknownField } from "./values.ts";

const name: OptimizedName = { prefix: "Lambda", client: "AWSLambda", fallback: "AWSLambdaException" };

/** `arn:aws:lambda:us-east-1:123456789012:function:greet`, perhaps with a version or alias. */
export function functionIntegration(arn: string): TaskIntegration {
  return {
    resourceType: "lambda",
    resource: arn,
    kind: "lambda",
    pattern: "request",
    run: async (aim, ctx) => {
      const input = { FunctionName: arn, Payload: Buffer.from(JSON.stringify(aim.input)) };
      return payloadOf(await invoke(input, aim, ctx));
    },
  };
}

export function invokeIntegration(pattern: Pattern): TaskIntegration {
  return {
    resourceType: "lambda",
    resource: pattern === "token" ? "invoke.waitForTaskToken" : "invoke",
    kind: "task",
    pattern,
    ...shapesOf({ service: "lambda", operation: "Invoke", optimized: name }),
    run: async (aim, ctx) => {
      const output = await invoke(invokeInput(aim.input), aim, ctx);
      const { ExecutedVersion, StatusCode, LogResult } = output;
      const payload = payloadOf(output);
      return withMetadata(
        {
          ...(ExecutedVersion === undefined ? {} : { ExecutedVersion }),
          ...(LogResult === undefined ? {} : { LogResult }),
          Payload: payload,
          StatusCode: StatusCode ?? 200,
        },
        ctx,
      );
    },
  };
}

/** The payload is any JSON: a text too is passed on in its quotes. */
function invokeInput(input: Json): object {
  const { Payload, ...rest } = (input ?? {}) as Readonly<Record<string, Json>>;
  const shape = loadModel("lambda").operations.get("Invoke")!.input;
  try {
    const parameters = inputFor(shape, rest, "optimized");
    return Payload === undefined
      ? parameters
      : { ...parameters, Payload: Buffer.from(JSON.stringify(Payload)) };
  } catch (error) {
    throw error instanceof UnknownField ? new StateError("States.Runtime", error.message) : error;
  }
}

async function invoke(input: object, aim: TaskAim, ctx: Waiting): Promise<InvocationResponse> {
  let output: InvocationResponse;
  try {
    const under = await caller(aim, ctx);
    output = (await under.callByName("lambda", "Invoke", input)) as InvocationResponse;
  } catch (error) {
    const model = loadModel("lambda");
    throw failureOf(error, model, model.operations.get("Invoke")!, name, ctx);
  }
  if (output.FunctionError !== undefined) throw functionFailure(textOf(output));
  return output;
}

function textOf({ Payload }: InvocationResponse): string {
  return Payload === undefined ? "" : Buffer.from(Payload as Uint8Array).toString();
}

function payloadOf(output: InvocationResponse): Json {
  const text = textOf(output);
  if (text === "") return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What the function threw, by its own name. */
function functionFailure(text: string): StateError {
  try {
    const { errorType } = JSON.parse(text) as { readonly errorType?: unknown };
    if (typeof errorType === "string" && errorType !== "") return new StateError(errorType, text);
  } catch {
    // No JSON: there is no type to find.
  }
  return new StateError(
    "Lambda.Unknown",
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}
