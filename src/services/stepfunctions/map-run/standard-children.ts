// Standard children of a map run: executions like any other, started by the
// dozen while there is room for more, and counted as they end.

import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { Json } from "../asl/data/scope.ts";
import { Execution, type ExecutionState, Live, newExecutionId } from "../execution.ts";
import { happen, happenTo, startExecution } from "../standard/step.ts";
import type { RevisionState } from "../state-machine.ts";
import { countChild, exceedsTolerance, readCounts } from "./counts.ts";
import type { RunEnd, StoredResult } from "./express-children.ts";
import { childrenPerChunk, readChunk } from "./items.ts";
import { MapRun, type MapRunState, mapRunArn, mapRunTopic } from "./map-run.ts";

/** AWS runs at most so many at once. */
const atOnce = 10_000;
const startsAtOnce = 25;
const stopsAtOnce = 50;

export async function runStandardChildren(
  run: MapRunState,
  revision: RevisionState,
  ctx: Waiting,
): Promise<RunEnd> {
  for (;;) {
    const next = await ctx.waitFor(mapRunTopic(run.id), Number.MAX_SAFE_INTEGER, () =>
      ctx.atomically(async (tx): Promise<Attempt<RunEnd | "start">> => {
        const what = await look(tx, run.id);
        return what === "wait" ? {} : { done: what };
      }),
    );
    if (next === undefined) return "aborted";
    if (next !== "start") {
      if (next !== "done") await stopChildren(run.id, ctx);
      return next;
    }
    await ctx.atomically((tx) => startSome(tx, run.id, revision));
  }
}

function startedKey(tx: Transaction, id: string): string {
  return tx.key("stepfunctions", "map-started", id);
}

async function look(tx: Transaction, id: string): Promise<RunEnd | "start" | "wait"> {
  const run = await tx.get(MapRun, id);
  if (run?.status !== "RUNNING") return "aborted";
  const counts = await readCounts(tx, id);
  if (exceedsTolerance(run, counts)) return "exceeded";
  const started = await tx.raw.estimate(startedKey(tx, id));
  const { RUNNING } = counts.executions;
  if (started < run.total!.executions) return RUNNING < concurrency(run) ? "start" : "wait";
  return RUNNING === 0 ? "done" : "wait";
}

function concurrency(run: MapRunState): number {
  return run.maxConcurrency === 0 ? atOnce : Math.min(run.maxConcurrency, atOnce);
}

/** Starts the next children, as many as there is room for; each goes as far as it can at once. */
async function startSome(tx: Transaction, id: string, revision: RevisionState): Promise<void> {
  const run = await tx.get(MapRun, id);
  if (run?.status !== "RUNNING") return;
  const first = await tx.raw.count(startedKey(tx, id));
  const chunk = await readChunk(tx, id, Math.floor(first / childrenPerChunk));
  const { RUNNING } = (await readCounts(tx, id)).executions;
  const room = Math.min(startsAtOnce, concurrency(run) - RUNNING);
  const children = chunk.slice(first % childrenPerChunk).slice(0, room);
  for (const [at, [input, items]] of children.entries()) {
    countChild(tx, id, "RUNNING", items);
    await startExecution(tx, newChild(tx, run, first + at, input, items), revision);
  }
  tx.raw.add(startedKey(tx, id), children.length);
}

function newChild(
  tx: Transaction,
  run: MapRunState,
  slot: number,
  input: Json,
  items: number,
): ExecutionState {
  return {
    machine: `${run.machine}/${run.label}`,
    name: tx.ids.uuid(),
    id: newExecutionId(tx),
    revisionId: run.revisionId,
    status: "RUNNING",
    startedAt: tx.now,
    input: JSON.stringify(input),
    events: 0,
    mapRun: { arn: mapRunArn(run, tx), id: run.id, slot, items, block: run.plan.block },
  };
}

/** Called in the transaction in which a child ends. */
export function childEnded(tx: Transaction, child: ExecutionState): void {
  const { mapRun, status } = child;
  if (mapRun === undefined || status === "PENDING_REDRIVE") return;
  countChild(tx, mapRun.id, "RUNNING", mapRun.items, -1);
  countChild(tx, mapRun.id, status, mapRun.items);
  tx.notify(mapRunTopic(mapRun.id));
}

export async function stopChildren(id: string, ctx: Waiting): Promise<void> {
  let more = true;
  while (more && !ctx.stopping.aborted) {
    more = await ctx.atomically(async (tx) => {
      const options = { index: "map-run-status", prefix: [id, "RUNNING"], limit: stopsAtOnce };
      const { values } = await tx.list(Execution, options);
      for (const child of values) await happen(tx, child.id, { type: "stopped" });
      return values.length > 0;
    });
  }
}

/** Lets every child that did not succeed go on where it failed. */
export async function redriveChildren(run: MapRunState, ctx: Waiting): Promise<void> {
  let cursor: string | undefined;
  do {
    cursor = await ctx.atomically(async (tx) => {
      const options = { index: "map-run", prefix: [run.id], cursor, limit: stopsAtOnce };
      const page = await tx.list(Execution, options);
      for (const child of page.values) {
        const { status, redrivenAt = 0 } = child;
        if (status === "RUNNING" || status === "SUCCEEDED" || status === "PENDING_REDRIVE") continue;
        if (redrivenAt < (run.redrivenAt ?? 0)) await redriveChild(tx, child, status);
      }
      return page.cursor;
    });
  } while (cursor !== undefined && !ctx.stopping.aborted);
}

async function redriveChild(
  tx: Transaction,
  child: ExecutionState,
  status: "FAILED" | "TIMED_OUT" | "ABORTED",
): Promise<void> {
  const { stoppedAt: _stopped, error: _error, cause: _cause, ...rest } = child;
  const { id, items } = child.mapRun!;
  countChild(tx, id, status, items, -1);
  countChild(tx, id, "RUNNING", items);
  const redriveCount = (child.redriveCount ?? 0) + 1;
  tx.put(Execution, { ...rest, status: "RUNNING", redriveCount, redrivenAt: tx.now });
  const live = await tx.get(Live, child.id);
  if (live !== undefined) await happenTo(tx, live, { type: "redriven" });
}

const resultsAtOnce = 200;

/** Results in order, some at a time. */
export async function* standardResults(
  run: MapRunState,
  ctx: Waiting,
): AsyncIterable<readonly [input: Json, result: StoredResult]> {
  let cursor: string | undefined;
  do {
    const page = await ctx.atomically((tx) =>
      tx.list(Execution, { index: "map-run", prefix: [run.id], cursor, limit: resultsAtOnce }),
    );
    for (const child of page.values) yield [JSON.parse(child.input) as Json, resultOf(child)];
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function resultOf(child: ExecutionState): StoredResult {
  const { name, status, output, error, cause, startedAt, stoppedAt = startedAt } = child;
  return {
    name,
    status: status === "PENDING_REDRIVE" ? "FAILED" : status,
    startedAt,
    stoppedAt,
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
