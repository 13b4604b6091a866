// Express children of a map run: they run in this process, many at a time, and
// their results are stored by the hundred. What a crash takes with it runs again.

import { pack, unpack } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue } from "../../../core/value.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import { stepFunctionsArn } from "../arn.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Facts } from "../asl/run.ts";
import { runExpress } from "../express/execution.ts";
import { machineOf, type RevisionState, stateMachineArn } from "../state-machine.ts";
import { type ChildStatus, countChild, exceedsTolerance, readCounts } from "./counts.ts";
import { type ChildInput, childrenPerChunk, readChunk } from "./items.ts";
import { MapRun, type MapRunState, mapRunTopic } from "./map-run.ts";

export interface StoredResult {
  readonly name: string;
  readonly status: ChildStatus;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly startedAt: number;
  readonly stoppedAt: number;
}

/** Where MaxConcurrency does not say less. */
const atOnce = 1_000;
const resultsAtOnce = 100;

export type RunEnd = "done" | "exceeded" | "aborted";

export async function runExpressChildren(
  run: MapRunState,
  revision: RevisionState,
  ctx: Waiting,
): Promise<RunEnd> {
  const abort = new AbortController();
  const over = new AbortController();
  const watching = ctx.beside(async (beside) => {
    await beside.waitFor(mapRunTopic(run.id), Number.MAX_SAFE_INTEGER, () =>
      beside.atomically(async (tx): Promise<Attempt<true>> => {
        return (await tx.get(MapRun, run.id))?.status === "RUNNING" ? {} : { done: true };
      }),
    );
    abort.abort();
  }, over.signal);
  try {
    return await ctx.beside((inner) => runAll(run, revision, inner, abort), abort.signal);
  } finally {
    over.abort();
    await watching;
  }
}

async function runAll(
  run: MapRunState,
  revision: RevisionState,
  ctx: Waiting,
  abort: AbortController,
): Promise<RunEnd> {
  const running = new Set<Promise<void>>();
  let finished: [slot: number, items: number, result: StoredResult][] = [];
  let end: RunEnd = "done";
  let limit = concurrency(run);

  const flush = async (): Promise<void> => {
    const results = finished;
    finished = [];
    if (results.length === 0) return;
    const state = await ctx.atomically((tx) => storeResults(tx, run.id, results));
    limit = concurrency(state.run ?? run);
    if (state.end !== "done" && end === "done") {
      end = state.end;
      abort.abort();
    }
  };
  const start = (slot: number, [input, items]: ChildInput): void => {
    const child = runChild(run, revision, input, ctx).then((result) => {
      // What was cut short by the stop of the process will run again.
      if (!ctx.stopping.aborted) finished.push([slot, items, result]);
      running.delete(child);
    });
    running.add(child);
  };

  const { executions } = run.total!;
  for (let chunk = 0; chunk * childrenPerChunk < executions && end === "done"; chunk++) {
    const first = chunk * childrenPerChunk;
    const { children, done } = await ctx.atomically(async (tx) => ({
      children: await readChunk(tx, run.id, chunk),
      done: await storedSlots(tx, run.id, first),
    }));
    for (const [at, child] of children.entries()) {
      if (done.has(first + at)) continue;
      while (running.size >= limit) {
        await Promise.race(running);
        if (finished.length >= resultsAtOnce || running.size >= limit) await flush();
      }
      if (end !== "done" || ctx.stopping.aborted) break;
      start(first + at, child);
    }
    if (finished.length >= resultsAtOnce) await flush();
    if (ctx.stopping.aborted) return "aborted";
    // Children that never wait would keep everyone else from their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (running.size > 0) {
    await Promise.race(running);
    await flush();
  }
  await flush();
  return end;
}

function concurrency(run: MapRunState): number {
  return run.maxConcurrency === 0 ? atOnce : Math.min(run.maxConcurrency, atOnce);
}

async function runChild(
  run: MapRunState,
  revision: RevisionState,
  input: Json,
  ctx: Waiting,
): Promise<StoredResult> {
  const name = ctx.ids.uuid();
  const startedAt = ctx.now();
  const machine = `${run.machine}/${run.label}`;
  const facts: Facts = {
    executionArn: stepFunctionsArn(ctx, "express", machine, name, ctx.ids.uuid()),
    executionName: name,
    input,
    roleArn: revision.roleArn,
    startedAt,
    stateMachineArn: stateMachineArn(ctx, machine),
    stateMachineName: machine,
    account: ctx.account,
    region: ctx.region,
  };
  const options = { machine: machineOf(revision, run.plan.block), facts, observe: undefined };
  const { status, output, error, cause } = await runExpress(options, ctx);
  return {
    name,
    status,
    startedAt,
    stoppedAt: ctx.now(),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function resultKey(tx: Transaction, run: string, slot: number): string {
  return tx.key("stepfunctions", "map-result", run) + pack([slot]);
}

async function storeResults(
  tx: Transaction,
  id: string,
  results: readonly (readonly [slot: number, items: number, result: StoredResult])[],
): Promise<{ readonly end: RunEnd; readonly run: MapRunState | undefined }> {
  for (const [slot, items, result] of results) {
    tx.raw.put(resultKey(tx, id, slot), Buffer.from(JSON.stringify(result)));
    countChild(tx, id, result.status, items);
  }
  const run = await tx.get(MapRun, id);
  if (run?.status !== "RUNNING") return { end: "aborted", run };
  return { end: exceedsTolerance(run, await readCounts(tx, id)) ? "exceeded" : "done", run };
}

async function storedSlots(tx: Transaction, run: string, first: number): Promise<ReadonlySet<number>> {
  const range = { start: resultKey(tx, run, first), end: resultKey(tx, run, first + childrenPerChunk) };
  const entries = await tx.raw.scan(range);
  return new Set(entries.map(({ key }) => unpack(key).at(-1) as number));
}

/** Results in order, some at a time. */
export async function* expressResults(
  run: MapRunState,
  ctx: Waiting,
): AsyncIterable<readonly [input: Json, result: StoredResult]> {
  for (let first = 0; first < run.total!.executions; first += childrenPerChunk) {
    const found = await ctx.atomically(async (tx) => {
      const children = await readChunk(tx, run.id, first / childrenPerChunk);
      const range = {
        start: resultKey(tx, run.id, first),
        end: resultKey(tx, run.id, first + childrenPerChunk),
      };
      const entries = await tx.raw.scan(range);
      return entries.map(({ key, value }): readonly [Json, StoredResult] => [
        children[(unpack(key).at(-1) as number) - first]![0],
        decodeValue<StoredResult>(value, false),
      ]);
    });
    yield* found;
  }
}

/** Before a redrive: what did not succeed will run again. */
export async function clearFailedResults(run: MapRunState, ctx: Waiting): Promise<void> {
  for (let first = 0; first < (run.total?.executions ?? 0); first += childrenPerChunk) {
    await ctx.atomically(async (tx) => {
      const children = await readChunk(tx, run.id, first / childrenPerChunk);
      const range = {
        start: resultKey(tx, run.id, first),
        end: resultKey(tx, run.id, first + childrenPerChunk),
      };
      for (const { key, value } of await tx.raw.scan(range)) {
        const { status } = decodeValue<StoredResult>(value, false);
        if (status === "SUCCEEDED") continue;
        tx.raw.delete(key);
        countChild(tx, run.id, status, children[(unpack(key).at(-1) as number) - first]![1], -1);
      }
    });
  }
}
