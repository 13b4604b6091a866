// Asynchronous events: kept as jobs until the function has handled them, or has
// failed often enough, or they are too old. What then becomes of them goes to
// the function's destinations and dead-letter queue.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import type { InvocationResult } from "../../../core/ports/compute.ts";
import type { Waiting } from "../../../core/waiting.ts";
import {
  defaultMaximumAgeSeconds,
  defaultRetries,
  type EventInvokeConfig,
  EventInvokeRecord,
} from "../event-invoke.ts";
import type { FunctionReference } from "../name.ts";
import type { Target } from "../target.ts";
import { type Delivery, deadLetters, deliver, invocationRecord } from "./destination.ts";
import { loops, traceOf } from "./lineage.ts";
import { executedArn, loadTarget, runTarget } from "./run.ts";

export interface StoredEvent {
  readonly reference: FunctionReference;
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Runs that ended in the function's own error. */
  readonly failures: number;
  /** Runs that could not begin. */
  readonly throttles: number;
  readonly clientContext?: string;
  readonly traceHeader?: string;
}

/** An event runs until its function ends, up to 15 minutes: it must not keep the short jobs from running. */
export const handleEvent = defineJob<StoredEvent>({
  name: "lambda.handleEvent",
  perpetual: true,
  run: { waits: handle },
});

async function handle(event: Readonly<StoredEvent>, ctx: Waiting): Promise<void> {
  const target = await loadTarget(ctx, event.reference).catch((error) => {
    if (error instanceof Fault && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  });
  // Deleted meanwhile: its events go with it.
  if (target === undefined) return;
  const config = await ctx.atomically((tx) =>
    tx
      .at(event.reference)
      .get(EventInvokeRecord, event.reference.name, event.reference.qualifier ?? "$LATEST"),
  );
  const maximumAge = (config?.MaximumEventAgeInSeconds ?? defaultMaximumAgeSeconds) * 1000;
  const expiresAt = event.receivedAt + maximumAge;
  if (target.fn.reservedConcurrency === 0) return fail(ctx, event, target, config, "ZeroReservedConcurrency");
  if (ctx.now() > expiresAt) return fail(ctx, event, target, config, "EventAgeExceeded");
  if (loops(target, event.traceHeader)) return fail(ctx, event, target, config, "RecursiveInvocation");
  const result = await attempt(ctx, target, event);
  if (ctx.signal.aborted) return;
  if (result === undefined) {
    const wait = Math.min(1000 * 2 ** event.throttles, 300_000);
    return again(ctx, { ...event, throttles: event.throttles + 1 }, ctx.now() + wait);
  }
  if (result.functionError === undefined) return succeed(ctx, event, target, config, result);
  const failures = event.failures + 1;
  const failed = { ...event, failures };
  const retryAt = ctx.now() + failures * 60_000;
  if (failures > (config?.MaximumRetryAttempts ?? defaultRetries)) {
    return fail(ctx, failed, target, config, "RetriesExhausted", result);
  }
  if (retryAt > expiresAt) return fail(ctx, failed, target, config, "EventAgeExceeded", result);
  return again(ctx, failed, retryAt);
}

/** Undefined where the function could not run: throttled, or the machine in trouble. */
async function attempt(
  ctx: Waiting,
  target: Target,
  event: StoredEvent,
): Promise<InvocationResult | undefined> {
  try {
    return await runTarget(ctx, target, {
      requestId: event.requestId,
      payload: Buffer.from(event.payload),
      clientContext: event.clientContext,
      traceHeader: event.traceHeader,
    });
  } catch (error) {
    if (error instanceof Fault && error.code !== "InternalFailure") return undefined;
    throw error;
  }
}

/** The same id for every run of an event: should this run be repeated after a crash, it still has one successor. */
async function again(ctx: Waiting, event: StoredEvent, at: number): Promise<void> {
  await ctx.atomically(async (tx) => tx.enqueue(handleEvent, event, { at, id: event.requestId }));
}

async function succeed(
  ctx: Waiting,
  event: StoredEvent,
  target: Target,
  config: EventInvokeConfig | undefined,
  result: InvocationResult,
): Promise<void> {
  const destination = config?.DestinationConfig.OnSuccess?.Destination;
  if (!destination) return;
  const body = invocationRecord(ctx.now(), event, target, "Success", result);
  await ctx.atomically(async (tx) => {
    tx.enqueue(deliver, { destination, body, ...sender(ctx, target, event), outcome: "Success" });
  });
}

async function fail(
  ctx: Waiting,
  event: StoredEvent,
  target: Target,
  config: EventInvokeConfig | undefined,
  condition: string,
  result?: InvocationResult,
): Promise<void> {
  const destination = config?.DestinationConfig.OnFailure?.Destination;
  const deadLetterArn = target.configuration.settings.DeadLetterConfig?.TargetArn;
  if (!destination && !deadLetterArn) return;
  await ctx.atomically(async (tx) => {
    if (destination) {
      const body = invocationRecord(ctx.now(), event, target, condition, result);
      tx.enqueue(deliver, { destination, body, ...sender(ctx, target, event), outcome: "Failure" });
    }
    if (deadLetterArn) {
      const { body, attributes } = deadLetters(event, condition, result);
      tx.enqueue(deliver, {
        destination: deadLetterArn,
        body,
        attributes,
        ...sender(ctx, target, event),
        outcome: "Failure",
      });
    }
  });
}

function sender(
  ctx: Waiting,
  target: Target,
  { traceHeader }: StoredEvent,
): Pick<Delivery, "roleArn" | "functionArn" | "traceHeader"> {
  return {
    roleArn: target.configuration.settings.Role,
    functionArn: executedArn(target),
    // What a destination makes of it belongs to the same chain.
    traceHeader: traceOf(target, traceHeader, ctx.ids, ctx.now()),
  };
}
