// Reads a queue for a mapping, and hands its messages to the function.

import type { Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import { followQueue } from "../../../sources/queue/follow-queue.ts";
import { queueOf } from "../../../sources/queue/queue.ts";
import { loadTarget } from "../invocation/run.ts";
import type { Target } from "../target.ts";
import { type BatchSettings, processBatch } from "./batch.ts";
import { criteriaTest } from "./filter.ts";
import type { Mapping } from "./mapping.ts";
import { underRole } from "./queue.ts";
import { problem, type Report, reporter } from "./report.ts";

/** What one mapping may have under way at once, where its ScalingConfig says nothing. */
const usualLanes = 10;
/** Batches that one provisioned poller keeps under way. */
const lanesOfPoller = 10;

/** Until `ctx` ends, and the batches that have begun are over. */
export function pollQueue(ctx: Waiting, mapping: Mapping): Promise<void> {
  const { settings } = mapping;
  const queue = queueOf(mapping.sourceArn, ctx.endpoint);
  const batches: BatchSettings = {
    queue,
    wanted: criteriaTest(settings.FilterCriteria),
    reportsFailures: settings.FunctionResponseTypes?.includes("ReportBatchItemFailures") === true,
  };
  const report = reporter(ctx, mapping);
  return followQueue(ctx, {
    queue,
    batchSize: settings.BatchSize,
    windowMilliseconds: settings.MaximumBatchingWindowInSeconds * 1000,
    lanes: lanesOf(settings),
    turn: async (own) => {
      const target = await loadTarget(own, mapping.reference);
      return {
        role: underRole(own, target.configuration.settings.Role, queue),
        most: target.fn.reservedConcurrency,
        handle: (working, messages) => attempt(working, target, batches, messages, report),
      };
    },
    failed: (error) => report(problem(error)),
  });
}

function lanesOf({ ScalingConfig, ProvisionedPollerConfig }: Mapping["settings"]): number {
  const pollers = ProvisionedPollerConfig?.MaximumPollers;
  return ScalingConfig?.MaximumConcurrency ?? (pollers === undefined ? usualLanes : pollers * lanesOfPoller);
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
