// The job that tends a pipe: it takes the pipe to the state that its user
// wants, and then runs it for as long as that is RUNNING. A change by the user
// ends it, and the next one goes on; so does the next process after a crash.

import { Fault } from "../../core/fault.ts";
import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Attempt, Waiting } from "../../core/waiting.ts";
import { forgetCheckpoints } from "../../sources/checkpoint.ts";
import { latestIterators } from "../../sources/follow-stream.ts";
import { queueOf, visibilityTimeout } from "../../sources/queue/queue.ts";
import { streamSource } from "../../sources/stream-source.ts";
import { compileLine } from "./execution/line.ts";
import { Pipe, PipeCheckpoint, type PipeState, pipeTopic } from "./pipe.ts";
import { pollQueue } from "./poll/queue.ts";
import { problem, reporter } from "./poll/report.ts";
import { underRole } from "./poll/role.ts";
import { pollStream } from "./poll/stream.ts";
import { streamSettingsOf } from "./source.ts";

export const tendPipe = defineJob<{ readonly name: string }>({
  name: "pipes.tend",
  perpetual: true,
  moves: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: tend },
});

/** Stores a change by the user: what ran before it ends, and a new run sees it through. */
export function putPipe(tx: Transaction, pipe: PipeState): void {
  tx.put(Pipe, pipe);
  tx.enqueue(tendPipe, { name: pipe.name }, { id: pipe.name });
  tx.notify(pipeTopic(pipe.id));
}

async function tend({ name }: { readonly name: string }, ctx: Waiting): Promise<void> {
  const found = await ctx.atomically((tx) => tx.get(Pipe, name));
  if (found === undefined) return;
  if (found.desired === "DELETED") {
    await ctx.atomically((tx) => remove(tx, found));
    return;
  }
  const pipe = /^(CREAT|UPDAT|START|STOPP)ING$/.test(found.current) ? await arrive(ctx, found) : found;
  if (pipe?.current !== "RUNNING") return;
  const changed = new AbortController();
  const over = new AbortController();
  await Promise.all([
    ctx.beside((watching) => watch(watching, pipe), over.signal).finally(() => changed.abort()),
    ctx.beside((polling) => poll(polling, pipe), changed.signal).finally(() => over.abort()),
  ]);
}

async function remove(tx: Transaction, { name, id }: PipeState): Promise<void> {
  tx.delete(Pipe, name);
  await forgetCheckpoints(tx, PipeCheckpoint, id);
}

/** The pipe in the state that was wanted, or in that of a failure; undefined where the user has changed it again. */
async function arrive(ctx: Waiting, pipe: PipeState): Promise<PipeState | undefined> {
  const arrived = await prepared(ctx, pipe);
  return ctx.atomically(async (tx) => {
    const current = await tx.get(Pipe, pipe.name);
    if (current?.revision !== pipe.revision) return undefined;
    tx.put(Pipe, arrived);
    return arrived;
  });
}

async function prepared(ctx: Waiting, pipe: PipeState): Promise<PipeState> {
  const settled = { ...pipe, reason: undefined };
  if (pipe.current === "STOPPING") return { ...settled, current: "STOPPED" };
  try {
    const iterators = await reachSource(ctx, pipe);
    if (pipe.desired === "STOPPED") return { ...settled, current: "STOPPED" };
    if (pipe.startedAt !== undefined) return { ...settled, current: "RUNNING" };
    return { ...settled, current: "RUNNING", startedAt: ctx.now(), iterators };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const failed = { CREATING: "CREATE_FAILED", UPDATING: "UPDATE_FAILED" } as const;
    const current = failed[pipe.current as keyof typeof failed] ?? "START_FAILED";
    return { ...pipe, current, reason: problem(error) };
  }
}

/** Throws the source's own faults where the pipe's role cannot read it. */
async function reachSource(ctx: Waiting, pipe: PipeState): Promise<PipeState["iterators"]> {
  const role = underRole(ctx, pipe);
  const stream = streamSource(pipe.source);
  if (stream !== undefined) {
    return latestIterators(role, stream, streamSettingsOf(pipe.sourceParameters).StartingPosition);
  }
  await visibilityTimeout(role, queueOf(pipe.source, ctx.endpoint));
  return undefined;
}

/** Resolves when the user has changed the pipe. */
async function watch(ctx: Waiting, { name, id, revision }: PipeState): Promise<void> {
  await ctx.waitFor(pipeTopic(id), Number.MAX_SAFE_INTEGER, async (): Promise<Attempt<true>> => {
    const current = await ctx.atomically((tx) => tx.get(Pipe, name));
    return current?.revision === revision ? {} : { done: true };
  });
}

/** Until `ctx` ends. */
function poll(ctx: Waiting, pipe: PipeState): Promise<void> {
  const line = compileLine(pipe, ctx);
  const report = reporter(ctx, pipe);
  const source = streamSource(pipe.source);
  return source === undefined ? pollQueue(ctx, line, report) : pollStream(ctx, line, source, report);
}
