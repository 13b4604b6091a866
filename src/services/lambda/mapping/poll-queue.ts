// Reads a queue for a mapping: several batches at once, as many as succeed.

import type { Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import { loadTarget } from "../invocation/run.ts";
import type { Target } from "../target.ts";
import { type BatchSettings, processBatch } from "./batch.ts";
import { recordFilter } from "./filter.ts";
import { Lanes } from "./lanes.ts";
import type { Mapping } from "./mapping.ts";
import { queueOf, receive, underRole } from "./queue.ts";
import { problem, type Report, reporter } from "./report.ts";

/** What one mapping may have under way at once, where its ScalingConfig says nothing. */
const usualLanes = 10;
const pauseAfterProblemMilliseconds = 5000;

/** Receives until `ctx` ends, and finishes the batches that have begun. */
export async function pollQueue(ctx: Waiting, mapping: Mapping): Promise<void> {
  const { settings } = mapping;
  const queue = queueOf(mapping.sourceArn, ctx.endpoint);
  const batches: BatchSettings = {
    queue,
    filter: recordFilter(settings.FilterCriteria),
    reportsFailures: settings.FunctionResponseTypes?.includes("ReportBatchItemFailures") === true,
  };
  const lanes = new Lanes(settings.ScalingConfig?.MaximumConcurrency ?? usualLanes);
  const report = reporter(ctx, mapping);
  let reserved: number | undefined;
  while (!ctx.signal.aborted) {
    await lanes.room(reserved);
    if (ctx.signal.aborted) break;
    try {
      const target = await loadTarget(ctx, mapping.reference);
      reserved = target.fn.reservedConcurrency;
      const role = underRole(ctx, target.configuration.settings.Role, queue);
      const messages = await gather(role, ctx, batches, mapping);
      if (messages.length > 0) {
        lanes.start(() => ctx.beside((working) => attempt(working, target, batches, messages, report)));
      }
    } catch (error) {
      if (ctx.signal.aborted) break;
      await report(problem(error));
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
  await lanes.empty();
}

/** Up to a batch of messages: what one receive brings, or with a batching window what comes within it. */
async function gather(
  role: Waiting,
  ctx: Waiting,
  { queue }: BatchSettings,
  { settings }: Mapping,
): Promise<readonly Message[]> {
  const { BatchSize, MaximumBatchingWindowInSeconds } = settings;
  const messages = [...(await receive(role, queue, BatchSize, 20))];
  if (messages.length === 0 || MaximumBatchingWindowInSeconds === 0) return messages;
  const deadline = ctx.now() + MaximumBatchingWindowInSeconds * 1000;
  while (messages.length < BatchSize && ctx.now() < deadline && !ctx.signal.aborted) {
    const seconds = Math.ceil((deadline - ctx.now()) / 1000);
    messages.push(...(await receive(role, queue, BatchSize - messages.length, seconds)));
  }
  return messages;
}

async function attempt(
  ctx: Waiting,
  target: Target,
  settings: BatchSettings,
  messages: readonly Message[],
  report: Report,
): Promise<boolean> {
  try {
    const outcome = await processBatch(ctx, target, settings, messages);
    await report("OK");
    return outcome === "done";
  } catch (error) {
    // Nothing was deleted that was not handled: the queue shows the messages again.
    if (!ctx.signal.aborted) await report(problem(error));
    return false;
  }
}
