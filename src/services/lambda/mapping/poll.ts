// The poller of one mapping: a job that goes on for as long as the mapping is
// enabled, and after a crash begins again. It also takes the mapping through its
// states: a change by the user ends the running poller, and the next one
// finishes the change.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import { loadTarget } from "../invocation/run.ts";
import type { Target } from "../target.ts";
import { type BatchSettings, processBatch } from "./batch.ts";
import { recordFilter } from "./filter.ts";
import { Lanes } from "./lanes.ts";
import { type Mapping, MappingRecord, mappingTopic } from "./mapping.ts";
import { queueOf, receive, underRole } from "./queue.ts";

export const tendMapping = defineJob<{ readonly id: string }>({
  name: "lambda.tendMapping",
  perpetual: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: tend },
});

/** What one mapping may have under way at once, where its ScalingConfig says nothing. */
const usualLanes = 10;
const pauseAfterProblemMilliseconds = 5000;

async function tend({ id }: { readonly id: string }, ctx: Waiting): Promise<void> {
  const mapping = await finishTransition(ctx, id);
  if (mapping === undefined || !mapping.enabled) return;
  const changed = new AbortController();
  const over = new AbortController();
  await Promise.all([
    ctx.beside((watching) => watch(watching, mapping), over.signal).finally(() => changed.abort()),
    ctx.beside((polling) => poll(polling, mapping), changed.signal).finally(() => over.abort()),
  ]);
}

/** Takes the mapping from `Creating`, `Updating` and the like to where the user wants it. Undefined where it is gone. */
function finishTransition(ctx: Waiting, id: string): Promise<Mapping | undefined> {
  return ctx.atomically(async (tx) => {
    const mapping = await tx.get(MappingRecord, id);
    if (mapping?.state !== "Deleting") {
      if (mapping === undefined) return undefined;
      const state = mapping.enabled ? "Enabled" : "Disabled";
      if (mapping.state === state) return mapping;
      const settled: Mapping = { ...mapping, state };
      tx.put(MappingRecord, settled);
      return settled;
    }
    tx.delete(MappingRecord, id);
    return undefined;
  });
}

/** Resolves when the user has changed the mapping. */
async function watch(ctx: Waiting, { id, revisionId }: Mapping): Promise<void> {
  await ctx.waitFor(mappingTopic(id), Number.MAX_SAFE_INTEGER, async (): Promise<Attempt<true>> => {
    const current = await ctx.atomically((tx) => tx.get(MappingRecord, id));
    return current?.revisionId === revisionId ? {} : { done: true };
  });
}

/** Receives until `ctx` ends, and finishes the batches that have begun. */
async function poll(ctx: Waiting, mapping: Mapping): Promise<void> {
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
  report: (result: string) => Promise<void>,
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

function problem(error: unknown): string {
  return `PROBLEM: ${error instanceof Fault ? error.message : "Internal Lambda error."}`;
}

/** Remembers how processing goes, for `LastProcessingResult`; writes only when that changes. */
function reporter(ctx: Waiting, mapping: Mapping): (result: string) => Promise<void> {
  let known = mapping.lastProcessingResult ?? "OK";
  return async (result) => {
    if (result === known) return;
    known = result;
    await ctx.atomically(async (tx) => {
      const current = await tx.get(MappingRecord, mapping.id);
      if (current?.revisionId !== mapping.revisionId) return;
      tx.put(MappingRecord, { ...current, lastProcessingResult: result });
    });
  };
}
