// What workers and callbacks say of a task: done, failed, or still at it.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { isLate } from "../asl/advance.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Address, Happening } from "../asl/happening.ts";
import { checkOutput } from "../data.ts";
import { FrameRecord, findExecution, Live, type LiveState } from "../execution.ts";
import { type Input, type Output, stepfunctions } from "../model.ts";
import { happenTo } from "../standard/step.ts";
import { readToken } from "../task-token.ts";

export async function sendTaskSuccess(
  input: Input<"SendTaskSuccess">,
  tx: Transaction,
): Promise<Output<"SendTaskSuccess">> {
  checkOutput(input.output);
  const output = JSON.parse(input.output) as Json;
  return answer(tx, input.taskToken, (address) => ({ type: "taskSucceeded", ...address, output }));
}

export async function sendTaskFailure(
  { taskToken, error, cause }: Input<"SendTaskFailure">,
  tx: Transaction,
): Promise<Output<"SendTaskFailure">> {
  return answer(tx, taskToken, (address) => ({
    type: "taskFailed",
    ...address,
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  }));
}

export async function sendTaskHeartbeat(
  input: Input<"SendTaskHeartbeat">,
  tx: Transaction,
): Promise<Output<"SendTaskHeartbeat">> {
  return answer(tx, input.taskToken, (address) => ({ type: "heartbeat", ...address }));
}

async function answer(
  tx: Transaction,
  token: string,
  happening: (address: Address) => Happening,
): Promise<object> {
  const address = readToken(token);
  if (address === undefined) throw fault(stepfunctions, "InvalidToken", "Invalid Token: 'Invalid token'");
  const execution = await findExecution(tx, address.executionArn);
  const live = execution === undefined ? undefined : await tx.get(Live, execution.id);
  if (live === undefined || !(await isWaited(tx, live, address, token))) {
    throw fault(stepfunctions, "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }
  await happenTo(tx, live, happening({ frame: address.frame, sequence: address.sequence }));
  return {};
}

async function isWaited(tx: Transaction, live: LiveState, address: Address, token: string): Promise<boolean> {
  if (live.head.status !== "RUNNING") return false;
  const frame = address.frame === 0 ? live.root : (await tx.get(FrameRecord, live.id, address.frame))?.frame;
  if (frame === undefined || isLate(frame, address.sequence)) return false;
  return frame.wait?.kind === "task" && frame.wait.token === token;
}
