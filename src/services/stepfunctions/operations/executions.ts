// Standard executions: described, listed, stopped, and their history read.

import type { Transaction } from "../../../core/transaction.ts";
import { CursorError } from "../../../core/transaction.ts";
import { needKey, type UsableKey } from "../encryption/customer-key.ts";
import { Execution, type ExecutionState, executionArn, openExecution } from "../execution.ts";
import { readHistory } from "../history/read.ts";
import { showEvent } from "../history/show.ts";
import { openMapRun } from "../map-run/map-run.ts";
import { type Input, invalid, type Output, typeNotSupported } from "../model.ts";
import { redriveStatus } from "../redrive-status.ts";
import { happen, machineName } from "../standard/step.ts";
import { openStateMachine, Revision, stateMachineArn } from "../state-machine.ts";

export async function describeExecution(
  input: Input<"DescribeExecution">,
  tx: Transaction,
  usable: UsableKey,
): Promise<Output<"DescribeExecution">> {
  const execution = await openExecution(tx, input.executionArn);
  const withData = input.includedData !== "METADATA_ONLY";
  if (withData) await needKeyOf(tx, execution, usable);
  return {
    ...showExecution(execution, tx),
    ...(withData ? { input: execution.input, inputDetails: { included: true } } : {}),
    ...(execution.output === undefined || !withData
      ? {}
      : { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
    ...(execution.traceHeader === undefined ? {} : { traceHeader: execution.traceHeader }),
    ...redriveStatus(execution, tx.now),
    redriveCount: execution.redriveCount ?? 0,
  };
}

/** The data is protected as the machine was when the execution began. */
async function needKeyOf(tx: Transaction, execution: ExecutionState, usable: UsableKey): Promise<void> {
  const revision = await tx.get(Revision, machineName(execution), execution.revisionId);
  needKey(revision?.protectedBy, usable);
}

/** What DescribeExecution and ListExecutions both tell. */
function showExecution(execution: ExecutionState, tx: Transaction) {
  const { machine, version, alias, mapRun, stoppedAt, redrivenAt } = execution;
  return {
    executionArn: executionArn(execution, tx),
    stateMachineArn: stateMachineArn(tx, machine),
    name: execution.name,
    status: execution.status,
    startDate: execution.startedAt,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt }),
    ...(version === undefined ? {} : { stateMachineVersionArn: stateMachineArn(tx, machine, version) }),
    ...(alias === undefined ? {} : { stateMachineAliasArn: stateMachineArn(tx, machine, alias) }),
    ...(mapRun === undefined ? {} : { mapRunArn: mapRun.arn }),
    ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt }),
  };
}

export async function listExecutions(
  input: Input<"ListExecutions">,
  tx: Transaction,
): Promise<Output<"ListExecutions">> {
  const { index, prefix, wanted } = await listed(input, tx);
  const page = await tx.list(Execution, {
    index,
    prefix,
    reverse: true,
    cursor: input.nextToken,
    limit: input.maxResults || 100,
  });
  return {
    executions: page.values.filter(wanted).map((execution) => ({
      ...showExecution(execution, tx),
      ...(execution.mapRun === undefined ? {} : { itemCount: execution.mapRun.items }),
      redriveCount: execution.redriveCount ?? 0,
    })),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

async function listed(input: Input<"ListExecutions">, tx: Transaction) {
  const { stateMachineArn: arn, mapRunArn, statusFilter, redriveFilter } = input;
  if ((arn === undefined) === (mapRunArn === undefined)) {
    throw invalid(
      "Must provide exactly one of stateMachineArn or mapRunArn.",
      ...(arn === undefined ? ["MISSING_REQUIRED_PARAMETER"] : []),
    );
  }
  const wanted = (execution: ExecutionState): boolean =>
    redriveFilter === undefined || (redriveFilter === "REDRIVEN") === (execution.redriveCount ?? 0) > 0;
  if (mapRunArn !== undefined) {
    const run = await openMapRun(tx, mapRunArn);
    return statusFilter === undefined
      ? { index: "map-run", prefix: [run.id], wanted }
      : { index: "map-run-status", prefix: [run.id, statusFilter], wanted };
  }
  const { machine, parsed } = await openStateMachine(tx, arn!);
  if (machine.type === "EXPRESS") throw typeNotSupported();
  const qualifier = parsed.parts[1];
  const ofTarget = (execution: ExecutionState): boolean =>
    wanted(execution) &&
    (qualifier === undefined || execution.version === qualifier || execution.alias === qualifier);
  return statusFilter === undefined
    ? { index: "started", prefix: [machine.name], wanted: ofTarget }
    : { index: "status", prefix: [machine.name, statusFilter], wanted: ofTarget };
}

export async function stopExecution(
  input: Input<"StopExecution">,
  tx: Transaction,
): Promise<Output<"StopExecution">> {
  const execution = await openExecution(tx, input.executionArn);
  const { error, cause } = input;
  if (execution.stoppedAt !== undefined) return { stopDate: execution.stoppedAt };
  await happen(tx, execution.id, {
    type: "stopped",
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
  return { stopDate: tx.now };
}

export async function getExecutionHistory(
  input: Input<"GetExecutionHistory">,
  tx: Transaction,
  usable: UsableKey,
): Promise<Output<"GetExecutionHistory">> {
  const execution = await openExecution(tx, input.executionArn);
  const { reverseOrder = false, includeExecutionData = true, nextToken } = input;
  if (includeExecutionData) await needKeyOf(tx, execution, usable);
  const limit = input.maxResults || 100;
  const from = nextToken === undefined ? (reverseOrder ? Number.MAX_SAFE_INTEGER : 1) : eventOf(nextToken);
  const events = await readHistory(tx, execution.id, from, limit + 1, reverseOrder);
  const next = events.length > limit ? events[limit]!.id : undefined;
  return {
    events: events.slice(0, limit).map((event) => showEvent(event, execution.input, includeExecutionData)),
    ...(next === undefined ? {} : { nextToken: tokenOf(next) }),
  };
}

function tokenOf(event: number): string {
  return Buffer.from(`event ${event}`).toString("base64");
}

function eventOf(token: string): number {
  const match = /^event (\d{1,6})$/.exec(Buffer.from(token, "base64").toString());
  if (match === null) throw new CursorError(`Invalid Token: '${token}'`);
  return Number(match[1]);
}
