// Reads all shards of a stream: each one after its parents, the open ones side
// by side, and their children when they come.

import type { Waiting } from "../core/waiting.ts";
import type { SourceShard, StreamSource } from "./stream-source.ts";

export interface Following {
  readonly source: StreamSource;
  readonly role: (ctx: Waiting) => Waiting;
  /** Whether all of the shard has been handled, or is not wanted. */
  readonly isDone: (ctx: Waiting, shard: SourceShard) => Promise<boolean>;
  /** Reads the shard to its end; `stopped` where the context ended first. Remembers the end itself. */
  readonly read: (ctx: Waiting, shard: SourceShard) => Promise<"ended" | "stopped">;
}

const nothingToReadMilliseconds = 10_000;

/** Until `ctx` ends, or a shard cannot be read: then it throws, and the others have stopped. */
export async function followShards(ctx: Waiting, following: Following): Promise<void> {
  const over = new AbortController();
  const running = new Map<string, Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const start = (shard: SourceShard): void => {
    const reading = ctx
      .beside((own) => following.read(own, shard), over.signal)
      .then(
        () => undefined,
        (error: unknown) => {
          failure ??= { error };
          over.abort();
        },
      )
      .finally(() => running.delete(shard.id));
    running.set(shard.id, reading);
  };
  try {
    while (!ctx.signal.aborted && failure === undefined) {
      // Work of its own, since this handler counts as at rest while shards are read.
      const shards = await ctx.beside((own) => readable(own, following));
      for (const shard of shards) if (!running.has(shard.id)) start(shard);
      if (running.size > 0) await Promise.race(running.values());
      else await ctx.sleepUntil(ctx.now() + nothingToReadMilliseconds);
    }
  } finally {
    over.abort();
    await Promise.all(running.values());
  }
  if (failure !== undefined) throw failure.error;
}

/** The shards that still have something and whose parents have not. */
async function readable(ctx: Waiting, following: Following): Promise<readonly SourceShard[]> {
  const shards = await following.source.shards(following.role(ctx));
  const pending = new Map<string, SourceShard>();
  for (const shard of shards) if (!(await following.isDone(ctx, shard))) pending.set(shard.id, shard);
  return [...pending.values()].filter(({ parents }) => !parents.some((parent) => pending.has(parent)));
}
