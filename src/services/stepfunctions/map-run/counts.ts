// How the children of a map run fare, as counters: many children change them
// at once, and none waits for another.

import type { Transaction } from "../../../core/transaction.ts";
import type { MapRunState } from "./map-run.ts";

export type ChildStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

const statuses: readonly ChildStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

export type Counts = Readonly<Record<ChildStatus, number>>;

export interface RunCounts {
  readonly executions: Counts;
  readonly items: Counts;
}

function key(tx: Transaction, run: string, what: "executions" | "items", status: ChildStatus): string {
  return tx.key("stepfunctions", "map-count", run, what, status);
}

/** A child of so many items is from now on one of these. */
export function countChild(
  tx: Transaction,
  run: string,
  status: ChildStatus,
  items: number,
  sign: 1 | -1 = 1,
): void {
  tx.raw.add(key(tx, run, "executions", status), sign);
  tx.raw.add(key(tx, run, "items", status), sign * items);
}

export async function readCounts(tx: Transaction, run: string): Promise<RunCounts> {
  const read = async (what: "executions" | "items"): Promise<Counts> => {
    const counts: Record<string, number> = {};
    for (const status of statuses) counts[status] = await tx.raw.estimate(key(tx, run, what, status));
    return counts as Counts;
  };
  return { executions: await read("executions"), items: await read("items") };
}

/** Whether more items have failed than the run tolerates. */
export function exceedsTolerance(run: MapRunState, { items }: RunCounts): boolean {
  const failed = items.FAILED + items.TIMED_OUT + items.ABORTED;
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = run;
  if (count === undefined && percentage === undefined) return failed > 0;
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && failed * 100 > percentage * Math.max(run.total?.items ?? 0, 1);
}
