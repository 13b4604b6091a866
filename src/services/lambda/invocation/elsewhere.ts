// An invocation that finds every place of its node taken is made at another node
// of the cloud, where one has room; else it waits its turn here.

import type { InvocationResult } from "../../../core/ports/compute.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { AliasRecord } from "../alias.ts";
import { lambda } from "../model.ts";
import type { Target } from "../target.ts";
import type { InvokeRequest } from "./run.ts";
import { specId } from "./spec.ts";

export async function runElsewhere(
  ctx: Waiting,
  target: Target,
  request: InvokeRequest,
): Promise<InvocationResult | undefined> {
  // A response that is read as it comes stays at the node that passes it on.
  if (request.streaming === true || ctx.functions.hasRoom(specId(target.reference, target.configuration))) {
    return undefined;
  }
  if (await choosesByWeight(ctx, target)) return undefined;
  const input = {
    FunctionName: target.arn,
    Payload: request.payload,
    LogType: "Tail",
    ...(request.clientContext === undefined ? {} : { ClientContext: request.clientContext }),
  } as const;
  const output = await ctx.traced(request.traceHeader).elsewhere(lambda, "Invoke", input, request.requestId);
  if (output === undefined) return undefined;
  const { FunctionError, LogResult = "", Payload = new Uint8Array() } = output;
  // Its lines are on their way to their group from there; this much is told here.
  const message = Buffer.from(LogResult, "base64").toString();
  return {
    payload: Payload as Uint8Array,
    ...(FunctionError === undefined ? {} : { functionError: FunctionError as "Handled" | "Unhandled" }),
    logs: Promise.resolve([{ timestamp: ctx.now(), message }]),
    logStreamName: "",
  };
}

/** Then the version is chosen already, and another node would choose again. */
async function choosesByWeight(ctx: Waiting, { reference, fn }: Target): Promise<boolean> {
  const { qualifier } = reference;
  if (qualifier === undefined) return false;
  const alias = await ctx.atomically((tx) => tx.at(reference).get(AliasRecord, fn.name, qualifier));
  return alias?.weights !== undefined && Object.keys(alias.weights).length > 0;
}
