// What goes along with an execution: its deadline and its log.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Head } from "../asl/frame.ts";
import type { ExecutionState } from "../execution.ts";
import { loggedLevel, shipHistory } from "../log/ship.ts";
import type { RevisionState } from "../state-machine.ts";
import { happen } from "./step.ts";

/** Ends an execution that takes longer than its machine allows. */
export const endOverdue = defineJob<{ readonly execution: string }>({
  name: "stepfunctions.endOverdue",
  run: async ({ execution }, tx) => {
    await happen(tx, execution, { type: "timedOut" });
  },
});

export function setDeadline(
  tx: Transaction,
  execution: ExecutionState,
  timeoutSeconds: number | undefined,
): void {
  if (timeoutSeconds === undefined) return;
  tx.enqueue(
    endOverdue,
    { execution: execution.id },
    { at: tx.now + timeoutSeconds * 1000, id: execution.id },
  );
}

export function cancelDeadline(
  tx: Transaction,
  execution: ExecutionState,
  timeoutSeconds: number | undefined,
): void {
  if (timeoutSeconds !== undefined) tx.cancel(endOverdue, execution.id);
}

export function shipLog(
  tx: Transaction,
  execution: ExecutionState,
  revision: RevisionState,
  head: Head,
): void {
  if (loggedLevel(revision) === "OFF") return;
  const { id, machine, name } = execution;
  tx.enqueue(shipHistory, { id, machine, name, until: head.lastEvent }, { id });
}
