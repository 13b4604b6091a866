// Whoever tends a stream: a job that goes on for as long as the stream is there,
// and after a crash begins again. It looks at the lanes when records arrive or
// their time has come, processes what was put, and delivers what is ripe.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import { deliverLane } from "../delivery/deliver.ts";
import { findStream, type StreamName, type StreamState } from "../stream.ts";
import { followSource } from "./follow.ts";
import { hintsFor, needsProcessing } from "./hints.ts";
import { type Lane, LaneRecord, pendingIn, streamTopic } from "./lane.ts";
import { processSource } from "./process-source.ts";

export const tendStream = defineJob<StreamName>({
  name: "firehose.tendStream",
  perpetual: true,
  moves: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: tend },
});

/** So many lanes of a stream at once: each holds its buffer in memory. */
const lanesAtOnce = 4;

async function tend(named: StreamName, ctx: Waiting): Promise<void> {
  const over = new AbortController();
  await Promise.all([
    ctx.beside((own) => work(own, named)).finally(() => over.abort()),
    ctx.beside((own) => followSource(own, named), over.signal),
  ]);
}

async function work(ctx: Waiting, named: StreamName): Promise<void> {
  while (!ctx.signal.aborted) {
    const ripe = await ctx.waitFor(streamTopic(named.id), Number.MAX_SAFE_INTEGER, () =>
      ctx.atomically((tx) => look(tx, named)),
    );
    if (ripe === undefined || ripe === "gone") return;
    const { stream, lanes } = ripe;
    const queue = [...lanes];
    const worker = async (): Promise<void> => {
      for (let lane = queue.shift(); lane !== undefined && !ctx.signal.aborted; lane = queue.shift()) {
        const next = lane;
        await ctx.beside((own) => dealWith(own, stream, next));
      }
    };
    await Promise.all(Array.from({ length: lanesAtOnce }, worker));
  }
}

interface Ripe {
  readonly stream: StreamState;
  readonly lanes: readonly Lane[];
}

async function look(tx: Transaction, named: StreamName): Promise<Attempt<Ripe | "gone">> {
  const stream = await findStream(tx, named);
  if (stream === undefined || stream.status === "DELETING") return { done: "gone" };
  const ripe: { readonly lane: Lane; readonly due: number }[] = [];
  let next = Number.MAX_SAFE_INTEGER;
  for (const lane of await tx.all(LaneRecord, [named.id])) {
    const due = await dueAt(tx, stream, lane);
    if (due <= tx.now) ripe.push({ lane, due });
    else next = Math.min(next, due);
  }
  if (ripe.length === 0) return { retryAt: next };
  // Those that have waited longest first, so that each has its turn.
  ripe.sort((one, other) => one.due - other.due);
  return { done: { stream, lanes: ripe.map(({ lane }) => lane) } };
}

async function dueAt(tx: Transaction, stream: StreamState, lane: Lane): Promise<number> {
  if (lane.attempt !== undefined) return lane.attempt.retryAt;
  const pending = await pendingIn(tx, lane);
  if (pending === undefined) return Number.MAX_SAFE_INTEGER;
  const hints = hintsFor(stream, lane.purpose);
  // What is full was ripe from the first.
  return pending.bytes >= hints.bytes ? pending.since : pending.since + hints.milliseconds;
}

function dealWith(ctx: Waiting, stream: StreamState, lane: Lane): Promise<void> {
  const hints = hintsFor(stream, lane.purpose);
  return lane.purpose.type === "source" && needsProcessing(stream) && lane.attempt === undefined
    ? processSource(ctx, stream, lane, hints)
    : deliverLane(ctx, stream, lane, hints);
}
