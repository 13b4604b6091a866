// RedriveExecution: an execution that did not succeed goes on where it failed.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Execution, Live, openExecution } from "../execution.ts";
import { type Input, type Output, stepfunctions } from "../model.ts";
import { redriveStatus } from "../redrive-status.ts";
import { publishStatus } from "../standard/status-event.ts";
import { happenTo } from "../standard/step.ts";

export async function redriveExecution(
  input: Input<"RedriveExecution">,
  tx: Transaction,
): Promise<Output<"RedriveExecution">> {
  const execution = await openExecution(tx, input.executionArn);
  const again = execution.redriveToken !== undefined && execution.redriveToken === input.clientToken;
  if (again && execution.redrivenAt !== undefined) return { redriveDate: execution.redrivenAt };
  const { redriveStatus: status, redriveStatusReason } = redriveStatus(execution, tx.now);
  const live = await tx.get(Live, execution.id);
  if (status !== "REDRIVABLE" || live === undefined) {
    throw fault(
      stepfunctions,
      "ExecutionNotRedrivable",
      redriveStatusReason ?? "Execution can only be redriven by redriving its Map Run",
    );
  }
  const { stoppedAt: _stopped, error: _error, cause: _cause, ...rest } = execution;
  const redriven = {
    ...rest,
    status: "RUNNING" as const,
    redriveCount: (execution.redriveCount ?? 0) + 1,
    redrivenAt: tx.now,
    ...(input.clientToken === undefined ? {} : { redriveToken: input.clientToken }),
  };
  tx.put(Execution, redriven);
  publishStatus(tx, redriven);
  await happenTo(tx, live, { type: "redriven" });
  return { redriveDate: tx.now };
}
