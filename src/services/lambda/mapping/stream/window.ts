// Tumbling windows: records are handed over window by window of their arrival,
// with what the function made of the window so far; when the window is over
// the function is told so, with its state and no records.

import type { Waiting } from "../../../../core/waiting.ts";
import type { OpenWindow } from "../../../../sources/checkpoint.ts";
import { pause, Stopped } from "../../../../sources/deliver-batch.ts";
import type { ShardProgress } from "../../../../sources/follow-stream.ts";
import type { SourceRecord } from "../../../../sources/stream-source.ts";
import { deliver, invoke } from "./batch.ts";
import type { StreamWork } from "./work.ts";

export function windowMilliseconds(work: StreamWork): number {
  return (work.mapping.settings.TumblingWindowInSeconds ?? 0) * 1000;
}

/** When the open window is over; undefined where none is open. */
export function windowEnd(work: StreamWork, { checkpoint }: ShardProgress): number | undefined {
  const { window } = checkpoint;
  return window && window.start + windowMilliseconds(work);
}

export async function deliverByWindow(
  ctx: Waiting,
  work: StreamWork,
  shard: ShardProgress,
  records: readonly SourceRecord[],
): Promise<void> {
  for (let from = 0; from < records.length; ) {
    const start = windowStart(work, records[from]!);
    let to = from + 1;
    while (to < records.length && windowStart(work, records[to]!) === start) to++;
    const open = shard.checkpoint.window;
    if (open !== undefined && open.start !== start) await closeWindow(ctx, work, shard);
    let state: unknown = shard.checkpoint.window?.state ?? {};
    await deliver(ctx, work, shard.shardId, records.slice(from, to), {
      envelope: () => envelope(work, shard, { start, state }, false),
      succeeded: (payload) => {
        state = stateOf(payload);
      },
      done: ({ sequenceNumber }) => shard.remember(ctx, { sequenceNumber, window: { start, state } }),
    });
    from = to;
  }
}

/** The last invocation of a window; a window that fails for good is closed without. */
export async function closeWindow(ctx: Waiting, work: StreamWork, shard: ShardProgress): Promise<void> {
  const { window } = shard.checkpoint;
  if (window === undefined) return;
  const { MaximumRetryAttempts = -1 } = work.mapping.settings;
  const payload = Buffer.from(JSON.stringify({ Records: [], ...envelope(work, shard, window, true) }));
  for (let failed = 0; ; ) {
    if (ctx.signal.aborted) throw new Stopped();
    const outcome = await invoke(ctx, work, payload);
    if (outcome !== "throttled") {
      if (outcome.result.functionError === undefined) break;
      failed++;
      if (MaximumRetryAttempts >= 0 && failed > MaximumRetryAttempts) break;
    }
    await pause(ctx, failed);
  }
  await shard.remember(ctx, { window: undefined });
}

function windowStart(work: StreamWork, { arrivedAt }: SourceRecord): number {
  const length = windowMilliseconds(work);
  return Math.floor(arrivedAt / length) * length;
}

function envelope(
  work: StreamWork,
  { shardId }: ShardProgress,
  { start, state }: OpenWindow,
  last: boolean,
): object {
  const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
  return {
    window: { start: iso(start), end: iso(start + windowMilliseconds(work)) },
    state,
    shardId,
    eventSourceARN: work.source.arn,
    isFinalInvokeForWindow: last,
    isWindowTerminatedEarly: false,
  };
}

function stateOf(payload: Uint8Array): unknown {
  try {
    const response = JSON.parse(Buffer.from(payload).toString()) as { readonly state?: unknown } | null;
    return response?.state ?? {};
  } catch {
    return {};
  }
}
