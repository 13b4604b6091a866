// State machines as targets: the text becomes an execution's input. A pipe may
// wait for what an Express execution answers.

import { Fault } from "../../core/fault.ts";
import { type Aim, defineTarget } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { stepfunctions } from "./model.ts";

export const stateMachineTarget = defineTarget({ arns: "states:stateMachine:*", send });

async function send({ arn, input, parameters, traceHeader }: Aim, ctx: Waiting): Promise<unknown> {
  const given = parameters?.StepFunctionStateMachineParameters as
    | { readonly InvocationType?: string }
    | undefined;
  const start = { stateMachineArn: arn, input, ...(traceHeader === undefined ? {} : { traceHeader }) };
  if (given?.InvocationType !== "REQUEST_RESPONSE") {
    const { executionArn } = await ctx.call(stepfunctions, "StartExecution", start);
    return { executionArn };
  }
  const {
    status,
    output,
    error = "",
    cause = "",
  } = await ctx.call(stepfunctions, "StartSyncExecution", start);
  if (status !== "SUCCEEDED") throw new Fault("stepfunctions", error || status, cause, { status: 400 });
  return output === undefined ? undefined : JSON.parse(output);
}
