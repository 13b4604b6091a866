// How a map run begins, is stopped and is redriven, in the transaction of the
// execution that it belongs to.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Command } from "../asl/happening.ts";
import { type ExecutionState, executionArn } from "../execution.ts";
import type { RevisionState } from "../state-machine.ts";
import { mapDefinition } from "./items.ts";
import { MapRun, type MapRunState, mapRunTopic } from "./map-run.ts";
import { workOn } from "./run.ts";

/** Works on a map run until it has ended; after a crash it goes on with what was not done. */
export const runMap = defineJob<{ readonly id: string }>({
  name: "stepfunctions.runMap",
  perpetual: true,
  run: { waits: ({ id }, ctx) => workOn(id, ctx) },
});

export function beginMapRun(
  tx: Transaction,
  execution: ExecutionState,
  command: Extract<Command, { readonly type: "mapRun" }>,
  revision: RevisionState,
): void {
  const { plan, arn, frame, sequence } = command;
  const id = arn.slice(arn.lastIndexOf(":") + 1);
  const run: MapRunState = {
    id,
    machine: execution.machine,
    label: plan.label,
    revisionId: execution.revisionId,
    parent: { execution: execution.id, arn: executionArn(execution, tx), frame, sequence },
    status: "RUNNING",
    childType: mapDefinition(revision, plan).ItemProcessor?.ProcessorConfig?.ExecutionType ?? "STANDARD",
    startedAt: tx.now,
    plan,
    maxConcurrency: plan.maxConcurrency,
    toleratedFailureCount: plan.toleratedFailureCount,
    toleratedFailurePercentage: plan.toleratedFailurePercentage,
    redriveCount: 0,
    resultsWritten: 0,
  };
  tx.put(MapRun, run);
  tx.enqueue(runMap, { id }, { id });
}

/** The state that waited for it was left. */
export function stopMapRun(tx: Transaction, arn: string): void {
  tx.enqueue(endMapRun, { id: idOf(arn) }, { id: idOf(arn) });
}

export const endMapRun = defineJob<{ readonly id: string }>({
  name: "stepfunctions.endMapRun",
  run: async ({ id }, tx) => {
    const run = await tx.get(MapRun, id);
    if (run?.status !== "RUNNING") return;
    tx.put(MapRun, { ...run, status: "ABORTED", stoppedAt: tx.now });
    tx.notify(mapRunTopic(id));
    // Its children are ended by the job that works on it, which looks whenever it is told.
    tx.enqueue(runMap, { id }, { id });
  },
});

export function redriveMapRun(tx: Transaction, arn: string): void {
  tx.enqueue(reviveMapRun, { id: idOf(arn) }, { id: idOf(arn) });
}

export const reviveMapRun = defineJob<{ readonly id: string }>({
  name: "stepfunctions.reviveMapRun",
  run: async ({ id }, tx) => {
    const run = await tx.get(MapRun, id);
    if (run === undefined || run.status === "RUNNING" || run.status === "SUCCEEDED") return;
    const { stoppedAt: _stopped, failure: _failure, ...rest } = run;
    tx.put(MapRun, {
      ...rest,
      status: "RUNNING",
      redriveCount: run.redriveCount + 1,
      redrivenAt: tx.now,
    });
    tx.enqueue(runMap, { id }, { id });
  },
});

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}
