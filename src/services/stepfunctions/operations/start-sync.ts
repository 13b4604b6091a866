// StartSyncExecution: an Express execution whose caller waits for its end.

import type { Waiting } from "../../../core/waiting.ts";
import { checkInput } from "../data.ts";
import { needKey, withKey } from "../encryption/customer-key.ts";
import { express, expressArn, expressStart } from "../express/start.ts";
import { checkName, type Input, type Output, typeNotSupported } from "../model.ts";
import { stateMachineArn } from "../state-machine.ts";
import { startTarget } from "../target.ts";

/** AWS bills Express workflows in steps of these. */
const billedMilliseconds = 100;
const billedMegabytes = 64;

export async function startSyncExecution(
  input: Input<"StartSyncExecution">,
  ctx: Waiting,
): Promise<Output<"StartSyncExecution">> {
  const target = await withKey(ctx, async (tx, usable) => {
    const found = await startTarget(tx, input.stateMachineArn);
    needKey(found.revision.protectedBy, usable, found.revision.roleArn);
    return found;
  });
  if (target.machine.type !== "EXPRESS") throw typeNotSupported();
  const { name = ctx.ids.uuid(), input: text = "{}", traceHeader } = input;
  if (input.name !== undefined) checkName(name);
  checkInput(text);
  const start = expressStart(target, name, text, ctx.ids.uuid(), ctx.now());
  const { head, lines } = await express(start, target.revision, ctx);
  if (lines !== undefined) ctx.afterwards(lines.ship);
  const withData = input.includedData !== "METADATA_ONLY";
  const took = ctx.now() - start.startedAt;
  return {
    executionArn: expressArn(start, ctx),
    stateMachineArn: stateMachineArn(ctx, start.machine),
    name,
    startDate: start.startedAt,
    stopDate: ctx.now(),
    status: head.status === "SUCCEEDED" || head.status === "TIMED_OUT" ? head.status : "FAILED",
    ...(head.error === undefined ? {} : { error: head.error }),
    ...(head.cause === undefined ? {} : { cause: head.cause }),
    ...(withData ? { input: text, inputDetails: { included: true } } : {}),
    ...(head.output === undefined || !withData
      ? {}
      : { output: JSON.stringify(head.output), outputDetails: { included: true } }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    billingDetails: {
      billedMemoryUsedInMB: billedMegabytes,
      billedDurationInMilliseconds: Math.max(1, Math.ceil(took / billedMilliseconds)) * billedMilliseconds,
    },
  };
}
