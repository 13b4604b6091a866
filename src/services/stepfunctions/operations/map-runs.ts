// Map runs: described, listed, and changed while they run.

import type { Transaction } from "../../../core/transaction.ts";
import { openExecution } from "../execution.ts";
import { type Counts, readCounts } from "../map-run/counts.ts";
import { MapRun, mapRunArn, mapRunTopic, openMapRun } from "../map-run/map-run.ts";
import { type Input, invalid, type Output } from "../model.ts";
import { stateMachineArn } from "../state-machine.ts";

export async function describeMapRun(
  input: Input<"DescribeMapRun">,
  tx: Transaction,
): Promise<Output<"DescribeMapRun">> {
  const run = await openMapRun(tx, input.mapRunArn);
  const counts = await readCounts(tx, run.id);
  return {
    mapRunArn: mapRunArn(run, tx),
    executionArn: run.parent.arn,
    status: run.status,
    startDate: run.startedAt,
    ...(run.stoppedAt === undefined ? {} : { stopDate: run.stoppedAt }),
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage ?? 0,
    toleratedFailureCount: run.toleratedFailureCount ?? 0,
    itemCounts: showCounts(counts.items, run.total?.items ?? 0, run.resultsWritten),
    executionCounts: showCounts(counts.executions, run.total?.executions ?? 0, run.resultsWritten),
    redriveCount: run.redriveCount,
    ...(run.redrivenAt === undefined ? {} : { redriveDate: run.redrivenAt }),
  };
}

function showCounts(counts: Counts, total: number, resultsWritten: number) {
  const { RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED } = counts;
  return {
    pending: Math.max(0, total - RUNNING - SUCCEEDED - FAILED - TIMED_OUT - ABORTED),
    running: RUNNING,
    succeeded: SUCCEEDED,
    failed: FAILED,
    timedOut: TIMED_OUT,
    aborted: ABORTED,
    total,
    resultsWritten,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}

export async function listMapRuns(
  input: Input<"ListMapRuns">,
  tx: Transaction,
): Promise<Output<"ListMapRuns">> {
  const execution = await openExecution(tx, input.executionArn);
  const page = await tx.list(MapRun, {
    index: "parent",
    prefix: [execution.id],
    cursor: input.nextToken,
    limit: input.maxResults || 100,
  });
  return {
    mapRuns: page.values.map((run) => ({
      executionArn: run.parent.arn,
      mapRunArn: mapRunArn(run, tx),
      stateMachineArn: stateMachineArn(tx, run.machine),
      startDate: run.startedAt,
      ...(run.stoppedAt === undefined ? {} : { stopDate: run.stoppedAt }),
    })),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

export async function updateMapRun(
  input: Input<"UpdateMapRun">,
  tx: Transaction,
): Promise<Output<"UpdateMapRun">> {
  const { mapRunArn: arn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
  const run = await openMapRun(tx, arn);
  if (
    maxConcurrency === undefined &&
    toleratedFailureCount === undefined &&
    toleratedFailurePercentage === undefined
  ) {
    throw invalid(
      "At least one of maxConcurrency, toleratedFailureCount or toleratedFailurePercentage must be specified",
      "MISSING_REQUIRED_PARAMETER",
    );
  }
  if (run.status !== "RUNNING") {
    throw invalid("Map Run is already complete and cannot be updated", "CANNOT_UPDATE_COMPLETED_MAP_RUN");
  }
  tx.put(MapRun, {
    ...run,
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    ...(toleratedFailureCount === undefined ? {} : { toleratedFailureCount }),
    ...(toleratedFailurePercentage === undefined ? {} : { toleratedFailurePercentage }),
  });
  tx.notify(mapRunTopic(run.id));
  return {};
}
