// The poller of one mapping: a job that goes on for as long as the mapping is
// enabled, and after a crash begins again. It also takes the mapping through its
// states: a change by the user ends the running poller, and the next one
// finishes the change.

import { defineJob } from "../../../core/job.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import { forgetCheckpoints } from "../../../sources/checkpoint.ts";
import { streamSource } from "../../../sources/stream-source.ts";
import { type Mapping, MappingRecord, mappingTopic } from "./mapping.ts";
import { pollQueue } from "./poll-queue.ts";
import { CheckpointRecord } from "./stream/checkpoint.ts";
import { pollStream } from "./stream/poll.ts";

export const tendMapping = defineJob<{ readonly id: string }>({
  name: "lambda.tendMapping",
  perpetual: true,
  moves: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: tend },
});

async function tend({ id }: { readonly id: string }, ctx: Waiting): Promise<void> {
  const mapping = await finishTransition(ctx, id);
  if (mapping === undefined || !mapping.enabled) return;
  const changed = new AbortController();
  const over = new AbortController();
  await Promise.all([
    ctx.beside((watching) => watch(watching, mapping), over.signal).finally(() => changed.abort()),
    ctx.beside((polling) => poll(polling, mapping), changed.signal).finally(() => over.abort()),
  ]);
}

/** Takes the mapping from `Creating`, `Updating` and the like to where the user wants it. Undefined where it is gone. */
function finishTransition(ctx: Waiting, id: string): Promise<Mapping | undefined> {
  return ctx.atomically(async (tx) => {
    const mapping = await tx.get(MappingRecord, id);
    if (mapping?.state !== "Deleting") {
      if (mapping === undefined) return undefined;
      const state = mapping.enabled ? "Enabled" : "Disabled";
      if (mapping.state === state) return mapping;
      const settled: Mapping = { ...mapping, state };
      tx.put(MappingRecord, settled);
      return settled;
    }
    tx.delete(MappingRecord, id);
    await forgetCheckpoints(tx, CheckpointRecord, id);
    return undefined;
  });
}

/** Resolves when the user has changed the mapping. */
async function watch(ctx: Waiting, { id, revisionId }: Mapping): Promise<void> {
  await ctx.waitFor(mappingTopic(id), Number.MAX_SAFE_INTEGER, async (): Promise<Attempt<true>> => {
    const current = await ctx.atomically((tx) => tx.get(MappingRecord, id));
    return current?.revisionId === revisionId ? {} : { done: true };
  });
}

/** Until `ctx` ends. */
function poll(ctx: Waiting, mapping: Mapping): Promise<void> {
  const source = streamSource(mapping.sourceArn);
  return source === undefined ? pollQueue(ctx, mapping) : pollStream(ctx, mapping, source);
}
