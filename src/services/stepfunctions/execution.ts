// Standard executions: the record that describes one for 90 days after its
// end, and, while it runs or can be redriven, where it stands.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { isHere, namedArn, parseArn, stepFunctionsArn } from "./arn.ts";
import type { Frame, Head } from "./asl/frame.ts";
import { executionDoesNotExist } from "./model.ts";

export type ExecutionStatus = Head["status"] | "PENDING_REDRIVE";

export interface ExecutionState {
  /** The machine's name; `machine/label` for children of a map run. */
  readonly machine: string;
  readonly name: string;
  /** Names everything that is stored about the execution. */
  readonly id: string;
  readonly revisionId: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  /** As it was given. */
  readonly input: string;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly version?: string | undefined;
  readonly alias?: string | undefined;
  readonly redriveCount?: number;
  readonly redrivenAt?: number | undefined;
  /** The client token of the last redrive: the same one again is the same request. */
  readonly redriveToken?: string;
  readonly events: number;
  /** For a child of a map run. */
  readonly mapRun?: {
    readonly arn: string;
    readonly id: string;
    /** Its place among the run's children. */
    readonly slot: number;
    readonly items: number;
    /** The block of the machine that it begins in. */
    readonly block: number;
  };
}

/** How long a closed execution, and its name, are kept. */
export const retentionMilliseconds = 90 * 86_400_000;

export const Execution = defineResource<ExecutionState>()({
  service: "stepfunctions",
  type: "execution",
  key: (execution) => [execution.machine, execution.name],
  arn: executionArn,
  named: (input) => namedArn(input.executionArn),
  indexes: {
    /** By their ids, and thereby in the order of their starts. */
    started: (execution) => (execution.mapRun === undefined ? [execution.machine, execution.id] : undefined),
    status: (execution) =>
      execution.mapRun === undefined ? [execution.machine, execution.status, execution.id] : undefined,
    "map-run": (execution) => execution.mapRun && [execution.mapRun.id, execution.mapRun.slot],
    "map-run-status": (execution) =>
      execution.mapRun && [execution.mapRun.id, execution.status, execution.mapRun.slot],
    /** By the time at which it is forgotten. */
    expiry: (execution) =>
      execution.stoppedAt === undefined
        ? undefined
        : [execution.stoppedAt + retentionMilliseconds, execution.id],
  },
});

/** Where an execution stands. Its other frames lie beside. */
export interface LiveState {
  readonly id: string;
  readonly machine: string;
  readonly name: string;
  readonly head: Head;
  readonly root: Frame;
}

export const Live = defineResource<LiveState>()({
  service: "stepfunctions",
  type: "live",
  key: (live) => [live.id],
});

export interface FrameState {
  readonly execution: string;
  readonly frame: Frame;
}

export const FrameRecord = defineResource<FrameState>()({
  service: "stepfunctions",
  type: "frame",
  key: (state) => [state.execution, state.frame.id],
});

export function executionArn(execution: Pick<ExecutionState, "machine" | "name">, place: Place): string {
  return stepFunctionsArn(place, "execution", execution.machine, execution.name);
}

export async function findExecution(tx: Transaction, arn: string): Promise<ExecutionState | undefined> {
  const parsed = parseArn(arn, "execution");
  const [machine, name] = parsed.parts;
  if (name === undefined || !isHere(parsed, tx)) return undefined;
  return tx.get(Execution, machine!, name);
}

export async function openExecution(tx: Transaction, arn: string): Promise<ExecutionState> {
  const execution = await findExecution(tx, arn);
  if (execution === undefined) throw executionDoesNotExist(arn);
  return execution;
}

/**
 * An execution's id. Ids rise with every start, so that what executions store is
 * added at the end of its range: fewer pages are written, and they are full.
 */
export function newExecutionId(tx: Transaction): string {
  const order = (tx.nextOrder() % orders).toString(36).padStart(4, "0");
  return tx.now.toString(36) + order + tx.ids.lower(4);
}

const orders = 36 ** 4;

/** What waits for the execution's end listens here. */
export function executionTopic(id: string): string {
  return `stepfunctions.execution.${id}`;
}
