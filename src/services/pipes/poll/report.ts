// How a pipe that runs is doing, as its StateReason tells it.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { Pipe, type PipeState } from "../pipe.ts";

/** Undefined where all is well. */
export type Report = (reason: string | undefined) => Promise<void>;

export function problem(error: unknown): string {
  return error instanceof Fault ? error.message : "The pipe has met an internal error.";
}

/** Writes only when that changes. */
export function reporter(ctx: Waiting, { name, revision, reason }: PipeState): Report {
  let known = reason;
  return async (now) => {
    if (now === known) return;
    known = now;
    await ctx.atomically(async (tx) => {
      const pipe = await tx.get(Pipe, name);
      if (pipe?.revision === revision) tx.put(Pipe, { ...pipe, reason: now });
    });
  };
}
