// Functions as targets: the text becomes the payload of an asynchronous
// invocation, unless a pipe asks for the answer.

import { Fault } from "../../core/fault.ts";
import { type Aim, defineTarget } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { lambda } from "./model.ts";

export const functionTarget = defineTarget({ arns: "lambda:function:*", send });

async function send({ arn, input, parameters, traceHeader }: Aim, ctx: Waiting): Promise<unknown> {
  const given = parameters?.LambdaFunctionParameters as { readonly InvocationType?: string } | undefined;
  const waits = given?.InvocationType === "REQUEST_RESPONSE";
  const traced = traceHeader === undefined ? ctx : ctx.traced(traceHeader);
  const answer = await traced.call(lambda, "Invoke", {
    FunctionName: arn,
    InvocationType: waits ? "RequestResponse" : "Event",
    Payload: Buffer.from(input),
  });
  const text = answer.Payload === undefined ? "" : Buffer.from(answer.Payload).toString();
  if (answer.FunctionError !== undefined) {
    throw new Fault("lambda", "FunctionError", text, { status: 500 });
  }
  return text === "" ? undefined : JSON.parse(text);
}
