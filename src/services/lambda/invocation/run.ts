// One invocation of user code: finds what to run, takes a place, runs it, and
// sends its log lines on their way. Invoke, event source mappings, function
// URLs and asynchronous events all come through here.

import type { InvocationResult, LogLine } from "../../../core/ports/compute.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import { functionTopic } from "../function.ts";
import { conflict } from "../model.ts";
import { type FunctionReference, functionArn } from "../name.ts";
import { findTarget, type Target } from "../target.ts";
import { issueCredentials } from "./credentials.ts";
import { runElsewhere } from "./elsewhere.ts";
import { loops, recursionFault, traceOf } from "./lineage.ts";
import { processState } from "./process-state.ts";
import { functionSpec } from "./spec.ts";

export interface InvokeRequest {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly clientContext?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** The caller reads the response as it comes. */
  readonly streaming?: boolean;
}

const longestPendingMilliseconds = 10_000;
const largestResponseBytes = 6_291_556;

/** The configuration to run. A function that was created a moment ago is waited for. */
export async function loadTarget(ctx: Waiting, reference: FunctionReference): Promise<Target> {
  const look = (): Promise<Target> => ctx.atomically((tx) => findTarget(tx, reference, tx.ids.fraction()));
  const target = await look();
  if (target.configuration.state === "Active") return target;
  const deadline = ctx.now() + longestPendingMilliseconds;
  const active = await ctx.waitFor(functionTopic(reference), deadline, async (): Promise<Attempt<Target>> => {
    const again = await look();
    return again.configuration.state === "Active" ? { done: again } : {};
  });
  if (active !== undefined) return active;
  throw conflict(
    `The operation cannot be performed at this time. The function is currently in the following state: ${target.configuration.state}`,
  );
}

export async function runTarget(
  ctx: Waiting,
  target: Target,
  request: InvokeRequest,
): Promise<InvocationResult> {
  const { reference, configuration } = target;
  const { Role, LoggingConfig } = configuration.settings;
  if (loops(target, request.traceHeader)) throw recursionFault();
  const elsewhere = await runElsewhere(ctx, target, request);
  if (elsewhere !== undefined) return elsewhere;
  const { concurrency, logs } = processState(ctx.functions);
  const leave = concurrency.enter(target);
  logs.invocationBegan();
  let shipped = false;
  const ship = (stream: string, lines: Promise<readonly LogLine[]>, whole: boolean): void => {
    shipped = true;
    if (whole) leave();
    const { name: functionName, region } = reference;
    const destination = { roleArn: Role, region, functionName, group: LoggingConfig.LogGroup!, stream };
    ctx.afterwards(async (after) => {
      const written = await lines.catch(() => []);
      leave();
      await logs.invocationEnded(after, destination, written);
    });
  };
  try {
    const spec = await functionSpec(ctx, target);
    const result = await ctx.functions.invoke(spec, () => issueCredentials(ctx, Role, reference.name), {
      requestId: request.requestId,
      payload: request.payload,
      invokedArn: target.arn,
      // AWS lets a function finish when its caller has gone.
      signal: ctx.stopping,
      streaming: request.streaming === true,
      ...(request.clientContext === undefined ? {} : { clientContext: request.clientContext }),
      traceHeader: traceOf(target, request.traceHeader, ctx.ids, ctx.now()),
    });
    const whole = result.payload instanceof Uint8Array;
    ship(result.logStreamName, result.logs, whole);
    return tooLargeResponse(result) ?? result;
  } finally {
    if (!shipped) ship("", Promise.resolve([]), true);
  }
}

/** What AWS answers in place of a response that is too large to pass on. */
function tooLargeResponse(result: InvocationResult): InvocationResult | undefined {
  const { payload } = result;
  if (!(payload instanceof Uint8Array) || payload.length <= largestResponseBytes) return undefined;
  const errorMessage = `Response payload size (${payload.length} bytes) exceeded maximum allowed payload size (${largestResponseBytes} bytes).`;
  const error = JSON.stringify({ errorMessage, errorType: "Function.ResponseSizeTooLarge" });
  return { ...result, payload: Buffer.from(error), functionError: "Unhandled" };
}

/** Base64 of the last 4 KiB of an invocation's log. */
export async function logTail(lines: Promise<readonly LogLine[]>): Promise<string> {
  const messages = (await lines).map(({ message }) => (message.endsWith("\n") ? message : `${message}\n`));
  return Buffer.from(messages.join("")).subarray(-4096).toString("base64");
}

export function executedArn(target: Target): string {
  return functionArn(target.reference, target.reference.name, target.configuration.version);
}
