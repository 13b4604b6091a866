// What one shard's reader of a mapping works with, and how it remembers what is done.

import type { Waiting } from "../../../../core/waiting.ts";
import type { StreamSource } from "../../../../sources/stream-source.ts";
import type { Mapping } from "../mapping.ts";
import type { Report } from "../report.ts";
import { type Checkpoint, CheckpointRecord } from "./checkpoint.ts";

export interface ShardWork {
  readonly mapping: Mapping;
  readonly source: StreamSource;
  readonly shardId: string;
  readonly filter: ((seen: unknown) => boolean) | undefined;
  readonly report: Report;
  /** The function's role, under which the stream is read. */
  readonly roleArn: string;
  /** As stored. */
  checkpoint: Checkpoint;
}

/** Thrown where the context ended before a batch was dealt with. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** A reader that was replaced meanwhile must not undo what its successor remembers. */
export async function remember(ctx: Waiting, work: ShardWork, change: Partial<Checkpoint>): Promise<void> {
  if (ctx.signal.aborted) throw new Stopped();
  work.checkpoint = { ...work.checkpoint, ...change };
  const { checkpoint } = work;
  await ctx.atomically(async (tx) => tx.put(CheckpointRecord, checkpoint));
}
