// The work behind a Standard execution's waits: its tasks and its timers.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { isLate } from "../asl/advance.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import type { TaskWait } from "../asl/frame.ts";
import { Execution, executionArn, FrameRecord, Live } from "../execution.ts";
import { integrationFor, type TaskAim, type TaskIntegration } from "../integrations/index.ts";
import { revisionOf } from "../state-machine.ts";
import { happen, machineName } from "./step.ts";

/** The wait that a piece of work belongs to. */
export interface WaitAddress {
  readonly execution: string;
  readonly frame: number;
  readonly sequence: number;
}

/** A Wait state's time, a retry's, or that of a task's timeout or heartbeat. */
export const fireTimer = defineJob<WaitAddress>({
  name: "stepfunctions.fireTimer",
  run: async ({ execution, frame, sequence }, tx) => {
    await happen(tx, execution, { type: "due", frame, sequence });
  },
});

/**
 * Does what a task asks for. It takes as long as the task does, and so takes
 * no place among the short runs. After a crash it begins again, unless its
 * result was committed; a job that it had started is found, not started again.
 */
export const runTask = defineJob<WaitAddress>({
  name: "stepfunctions.runTask",
  perpetual: true,
  run: {
    waits: async (address, ctx) => {
      const task = await ctx.atomically((tx) => currentTask(tx, address));
      if (task === undefined) return;
      await perform(address, task, ctx);
    },
  },
});

interface CurrentTask {
  readonly wait: TaskWait;
  readonly aim: TaskAim;
}

async function currentTask(tx: Transaction, address: WaitAddress): Promise<CurrentTask | undefined> {
  const live = await tx.get(Live, address.execution);
  if (live === undefined || live.head.status !== "RUNNING") return undefined;
  const frame =
    address.frame === 0 ? live.root : (await tx.get(FrameRecord, address.execution, address.frame))?.frame;
  if (frame === undefined || isLate(frame, address.sequence) || frame.wait?.kind !== "task") return undefined;
  const execution = await tx.get(Execution, live.machine, live.name);
  if (execution === undefined) return undefined;
  const revision = await revisionOf(tx, machineName(execution), execution.revisionId);
  const { wait } = frame;
  return {
    wait,
    aim: {
      attempt: `${address.execution}.${address.sequence}`,
      resource: wait.resource,
      pattern: wait.pattern,
      input: wait.input,
      ...(wait.token === undefined ? {} : { token: wait.token }),
      roleArn: revision.roleArn,
      ...(wait.credentials === undefined ? {} : { credentials: wait.credentials }),
      executionArn: executionArn(execution, tx),
      region: tx.region,
    },
  };
}

async function perform(address: WaitAddress, { wait, aim }: CurrentTask, ctx: Waiting): Promise<void> {
  const integration = integrationFor(wait.resource)!;
  const { execution, frame, sequence } = address;
  const tell = (happening: Parameters<typeof happen>[2]): Promise<boolean> =>
    ctx.atomically((tx) => happen(tx, execution, happening));
  try {
    const output = wait.started ?? (await integration.run(aim, ctx));
    if (ctx.stopping.aborted) return;
    if (wait.pattern === "request" || (wait.pattern === "sync" && integration.poll === undefined)) {
      await tell({ type: "taskSucceeded", frame, sequence, output });
      return;
    }
    if (wait.submitted === undefined) await tell({ type: "taskSubmitted", frame, sequence, output });
    if (wait.pattern === "token") return;
    const result = await pollUntilDone(integration, output, aim, ctx, address);
    if (result !== undefined) await tell({ type: "taskSucceeded", frame, sequence, output: result });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (ctx.stopping.aborted) return;
    await tell({ type: "taskFailed", frame, sequence, error: error.error, cause: error.cause });
  }
}

const firstPollMilliseconds = 50;
const slowestPollMilliseconds = 5_000;

/** Undefined where nobody waits for it any more. */
async function pollUntilDone(
  integration: TaskIntegration,
  started: Json,
  aim: TaskAim,
  ctx: Waiting,
  address: WaitAddress,
): Promise<Json | undefined> {
  for (let pause = firstPollMilliseconds; ; pause = Math.min(pause * 2, slowestPollMilliseconds)) {
    const result = await integration.poll!(started, aim, ctx);
    if (result !== undefined) return result;
    await ctx.sleepUntil(ctx.now() + pause);
    if (ctx.stopping.aborted) return undefined;
    if ((await ctx.atomically((tx) => currentTask(tx, address))) === undefined) return undefined;
  }
}

/** Stops the job that a task had started, when the task is not waited for any more. */
export const stopTask = defineJob<{
  readonly execution: string;
  readonly resource: string;
  readonly started: Json;
  readonly roleArn: string;
}>({
  name: "stepfunctions.stopTask",
  attempts: 3,
  run: {
    waits: async ({ resource, started, roleArn, execution }, ctx) => {
      const aim: TaskAim = {
        resource,
        pattern: "sync",
        input: null,
        roleArn,
        executionArn: execution,
        region: ctx.region,
      };
      await integrationFor(resource)?.stop?.(started, aim, ctx);
    },
  },
});
