// StartExecution: a Standard execution goes as far as it can without waiting in
// the very transaction that starts it. An Express one is stored work.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { checkInput } from "../data.ts";
import { needKey, type UsableKey } from "../encryption/customer-key.ts";
import {
  Execution,
  type ExecutionState,
  executionArn,
  newExecutionId,
  retentionMilliseconds,
} from "../execution.ts";
import { enqueueExpress } from "../express/start.ts";
import { forget } from "../forget.ts";
import { checkName, type Input, type Output, stepfunctions } from "../model.ts";
import { startExecution as start } from "../standard/step.ts";
import { type StartTarget, startTarget } from "../target.ts";

export async function startExecution(
  input: Input<"StartExecution">,
  tx: Transaction,
  usable: UsableKey,
): Promise<Output<"StartExecution">> {
  const target = await startTarget(tx, input.stateMachineArn);
  needKey(target.revision.protectedBy, usable, target.revision.roleArn);
  const text = input.input ?? "{}";
  const name = input.name ?? tx.ids.uuid();
  if (input.name !== undefined) checkName(name);
  checkInput(text);
  if (target.machine.type === "EXPRESS") {
    return enqueueExpress(tx, target, name, text, input.traceHeader);
  }
  const existing = await tx.get(Execution, target.machine.name, name);
  if (existing !== undefined) {
    const expired = existing.stoppedAt !== undefined && existing.stoppedAt + retentionMilliseconds <= tx.now;
    if (!expired) return sameAgain(tx, existing, text);
    await forget(tx, existing);
  }
  await start(tx, newExecution(tx, target, name, text, input.traceHeader), target.revision);
  return {
    executionArn: executionArn({ machine: target.machine.name, name }, tx),
    startDate: tx.now,
  };
}

function newExecution(
  tx: Transaction,
  { machine, revision, version, alias }: StartTarget,
  name: string,
  input: string,
  traceHeader: string | undefined,
): ExecutionState {
  return {
    machine: machine.name,
    name,
    id: newExecutionId(tx),
    revisionId: revision.revisionId,
    status: "RUNNING",
    startedAt: tx.now,
    input,
    traceHeader,
    version,
    alias,
    events: 0,
  };
}

/** The same name with the same input, while it runs, is the same request. */
function sameAgain(tx: Transaction, execution: ExecutionState, input: string): Output<"StartExecution"> {
  const arn = executionArn(execution, tx);
  if (execution.status === "RUNNING" && execution.input === input) {
    return { executionArn: arn, startDate: execution.startedAt };
  }
  throw fault(stepfunctions, "ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}
