// The work on a map run, from its items to what the state that asked for it is
// told. It can begin anew at any point.

import type { Waiting } from "../../../core/waiting.ts";
import { stepFunctionsArn } from "../arn.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import type { Failure } from "../asl/happening.ts";
import { dataLimitExceeded, maximumDataBytes, tooLarge } from "../asl/limits.ts";
import { type ChildResult, writeResults } from "../map-items/index.ts";
import { happen } from "../standard/step.ts";
import { type RevisionState, revisionOf, stateMachineArn } from "../state-machine.ts";
import { clearFailedResults, expressResults, type RunEnd, runExpressChildren } from "./express-children.ts";
import { mapDefinition, prepareChildren } from "./items.ts";
import { MapRun, type MapRunState, mapRunArn } from "./map-run.ts";
import { redriveChildren, runStandardChildren, standardResults, stopChildren } from "./standard-children.ts";

export async function workOn(id: string, ctx: Waiting): Promise<void> {
  const found = await ctx.atomically((tx) => tx.get(MapRun, id));
  if (found === undefined) return;
  if (found.status === "ABORTED" && found.childType === "STANDARD") return stopChildren(id, ctx);
  if (found.status !== "RUNNING") return;
  const revision = await ctx.atomically((tx) =>
    revisionOf(tx, found.machine.split("/")[0]!, found.revisionId),
  );
  try {
    const run = await redriven(await prepared(found, revision, ctx), ctx);
    const children = run.childType === "EXPRESS" ? runExpressChildren : runStandardChildren;
    const end = await children(run, revision, ctx);
    if (ctx.stopping.aborted || end === "aborted") return;
    await finish(run, revision, end, ctx);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    await endRun(id, { error: error.error, cause: error.cause }, null, 0, ctx);
  }
}

async function prepared(run: MapRunState, revision: RevisionState, ctx: Waiting): Promise<MapRunState> {
  if (run.total !== undefined) return run;
  const total = await prepareChildren(run, revision, ctx);
  return ctx.atomically(async (tx) => {
    const current = (await tx.get(MapRun, run.id)) ?? run;
    // The plan's items are children now, and need not be stored twice.
    const { items: _items, ...plan } = current.plan;
    const ready = { ...current, plan, total };
    tx.put(MapRun, ready);
    return ready;
  });
}

/** A redrive begins with what had failed. */
async function redriven(run: MapRunState, ctx: Waiting): Promise<MapRunState> {
  if (run.redriveCount === (run.redrivesBegun ?? 0)) return run;
  if (run.childType === "EXPRESS") await clearFailedResults(run, ctx);
  else await redriveChildren(run, ctx);
  return ctx.atomically(async (tx) => {
    const current = (await tx.get(MapRun, run.id)) ?? run;
    const begun = { ...current, redrivesBegun: current.redriveCount };
    tx.put(MapRun, begun);
    return begun;
  });
}

async function finish(
  run: MapRunState,
  revision: RevisionState,
  end: Exclude<RunEnd, "aborted">,
  ctx: Waiting,
): Promise<void> {
  const { ResultWriter } = mapDefinition(revision, run.plan);
  let output: Json = null;
  let written = 0;
  if (ResultWriter?.Resource !== undefined) {
    const counted = async function* (): AsyncIterable<ChildResult> {
      for await (const result of childResults(run, ctx)) {
        written++;
        yield result;
      }
    };
    output = await writeResults(
      {
        resource: ResultWriter.Resource,
        parameters: run.plan.writerParameters ?? {},
        config: ResultWriter.WriterConfig ?? {},
        roleArn: revision.roleArn,
        mapRunArn: mapRunArn(run, ctx),
        mapRunName: run.id,
      },
      counted(),
      ctx,
    );
  } else if (end === "done") output = await outputs(run, ctx);
  await endRun(run.id, end === "exceeded" ? exceeded : undefined, output, written, ctx);
}

const exceeded: Failure = {
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
};

/** What the children that succeeded came to, in the order of their items. */
async function outputs(run: MapRunState, ctx: Waiting): Promise<Json> {
  const all: Json[] = [];
  let bytes = 0;
  for await (const { status, output } of childResults(run, ctx)) {
    if (status !== "SUCCEEDED") continue;
    all.push(output ?? null);
    bytes += JSON.stringify(output ?? null).length + 1;
    if (bytes > maximumDataBytes + 1) throw dataLimitExceeded(run.plan.state);
  }
  if (tooLarge(all)) throw dataLimitExceeded(run.plan.state);
  return all;
}

async function* childResults(run: MapRunState, ctx: Waiting): AsyncIterable<ChildResult> {
  const results = run.childType === "EXPRESS" ? expressResults(run, ctx) : standardResults(run, ctx);
  const machine = `${run.machine}/${run.label}`;
  const kind = run.childType === "EXPRESS" ? "express" : "execution";
  for await (const [input, { name, startedAt, stoppedAt, ...result }] of results) {
    yield {
      executionArn: stepFunctionsArn(ctx, kind, machine, name),
      stateMachineArn: stateMachineArn(ctx, machine),
      name,
      input,
      startDate: startedAt,
      stopDate: stoppedAt,
      ...result,
    };
  }
}

/** Closes the run and tells the state that waits for it, at once. */
async function endRun(
  id: string,
  failure: Failure | undefined,
  output: Json,
  resultsWritten: number,
  ctx: Waiting,
): Promise<void> {
  await ctx.atomically(async (tx) => {
    const run = await tx.get(MapRun, id);
    if (run?.status !== "RUNNING") return;
    tx.put(MapRun, {
      ...run,
      status: failure === undefined ? "SUCCEEDED" : "FAILED",
      stoppedAt: tx.now,
      resultsWritten,
      ...(failure === undefined ? {} : { failure }),
    });
    const { execution, frame, sequence } = run.parent;
    await happen(tx, execution, {
      type: "mapRunEnded",
      frame,
      sequence,
      output,
      ...(failure === undefined ? {} : { failure }),
    });
  });
}
