// Express executions of state machines: synchronous ones for a caller who
// waits, asynchronous ones as stored work that begins again after a crash.

import { defineJob } from "../../../core/job.ts";
import type { Place } from "../../../core/place.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { stepFunctionsArn } from "../arn.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Head } from "../asl/frame.ts";
import type { Facts } from "../asl/run.ts";
import type { StoredEvent } from "../history/pack.ts";
import { deliverLines, streamName } from "../log/deliver.ts";
import { isLogged, type LogLine, logLine, logSettings } from "../log/event.ts";
import type { Output } from "../model.ts";
import { machineOf, type RevisionState, revisionOf, stateMachineArn } from "../state-machine.ts";
import type { StartTarget } from "../target.ts";
import { runExpress } from "./execution.ts";

export interface ExpressStart {
  readonly machine: string;
  readonly name: string;
  /** The last part of the execution's ARN: names may be used again. */
  readonly id: string;
  readonly revisionId: string;
  readonly input: string;
  readonly startedAt: number;
  readonly version?: string | undefined;
  readonly alias?: string | undefined;
}

/** Runs the execution. A crash loses none that was answered: the run begins again, as AWS promises no more either. */
export const runExpressExecution = defineJob<ExpressStart>({
  name: "stepfunctions.runExpressExecution",
  perpetual: true,
  run: {
    waits: async (start, ctx) => {
      const revision = await ctx.atomically((tx) => revisionOf(tx, start.machine, start.revisionId));
      const { lines } = await express(start, revision, ctx);
      await lines?.ship(ctx);
    },
  },
});

export function enqueueExpress(
  tx: Transaction,
  target: StartTarget,
  name: string,
  input: string,
  _traceHeader: string | undefined,
): Output<"StartExecution"> {
  const start = expressStart(target, name, input, tx.ids.uuid(), tx.now);
  tx.enqueue(runExpressExecution, start);
  return { executionArn: expressArn(start, tx), startDate: tx.now };
}

export function expressStart(
  { machine, revision, version, alias }: StartTarget,
  name: string,
  input: string,
  id: string,
  startedAt: number,
): ExpressStart {
  return {
    machine: machine.name,
    name,
    id,
    revisionId: revision.revisionId,
    input,
    startedAt,
    version,
    alias,
  };
}

export function expressArn(start: ExpressStart, place: Place): string {
  return stepFunctionsArn(place, "express", start.machine, start.name, start.id);
}

export interface ExpressEnd {
  readonly head: Head;
  /** What is to be logged, where anything is. */
  readonly lines: Lines | undefined;
}

export async function express(
  start: ExpressStart,
  revision: RevisionState,
  ctx: Waiting,
): Promise<ExpressEnd> {
  const executionArn = expressArn(start, ctx);
  const lines = linesOf(start, revision, executionArn, ctx);
  const facts: Facts = {
    executionArn,
    executionName: start.name,
    input: JSON.parse(start.input) as Json,
    roleArn: revision.roleArn,
    startedAt: start.startedAt,
    stateMachineArn: stateMachineArn(ctx, start.machine),
    stateMachineName: start.machine,
    account: ctx.account,
    region: ctx.region,
  };
  const head = await runExpress({ machine: machineOf(revision), facts, observe: lines?.observe }, ctx);
  return { head, lines };
}

export interface Lines {
  readonly observe: (events: readonly StoredEvent[]) => void;
  /** Delivers what has not been delivered yet. */
  readonly ship: (ctx: Waiting) => Promise<void>;
}

/** More lines than these are shipped while the execution still runs. */
const linesAtOnce = 5_000;

function linesOf(
  start: ExpressStart,
  revision: RevisionState,
  arn: string,
  running: Waiting,
): Lines | undefined {
  const settings = logSettings(revision);
  if (settings === undefined) return undefined;
  const stream = streamName(start.machine, start.startedAt, start.id);
  let lines: LogLine[] = [];
  const ship = async (ctx: Waiting): Promise<void> => {
    const shipped = lines;
    lines = [];
    if (shipped.length > 0) await deliverLines(ctx, settings.group, stream, shipped);
  };
  return {
    ship,
    observe: (events) => {
      for (const event of events) {
        if (!isLogged(event, settings.level)) continue;
        lines.push(logLine(event, start.input, arn, 0, settings.includeExecutionData));
      }
      if (lines.length > linesAtOnce) running.afterwards(ship);
    },
  };
}
