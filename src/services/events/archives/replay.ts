// Replays: archived events sent once more through their bus, in the order they
// first came, a batch in each transaction.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { busName } from "../buses/bus.ts";
import { routeEvent } from "../delivery/route.ts";
import { Archive, Replay, type ReplayRecordState } from "./archive.ts";
import { archivedEvents, expireEvents } from "./archived-event.ts";

const eventsAtOnce = 100;
const day = 86_400_000;

interface ReplayRef {
  readonly name: string;
  /** Of this replay, not of an earlier one by that name. */
  readonly startedAt: number;
}

export const runReplay = defineJob<ReplayRef>({ name: "events.replay", run: replayBatch });

async function replayBatch(ref: Readonly<ReplayRef>, tx: Transaction): Promise<void> {
  const replay = await tx.get(Replay, ref.name);
  if (replay === undefined || replay.startedAt !== ref.startedAt) return;
  if (replay.state === "CANCELLING") {
    tx.put(Replay, { ...replay, state: "CANCELLED", endedAt: tx.now });
    return;
  }
  if (replay.state !== "STARTING" && replay.state !== "RUNNING") return;
  const after = replay.position && Buffer.from(replay.position, "base64").toString("latin1");
  const entries = await archivedEvents(tx, replay.archiveId, replay.from, replay.until, eventsAtOnce, after);
  let lastReplayedAt = replay.lastReplayedAt;
  for (const { value } of entries)
    lastReplayedAt = await replayEvent(tx, replay, Buffer.from(value).toString());
  const last = entries.at(-1);
  const position = last === undefined ? replay.position : Buffer.from(last.key, "latin1").toString("base64");
  const running = { ...replay, state: "RUNNING" as const, position, lastReplayedAt };
  if (entries.length === eventsAtOnce) {
    tx.put(Replay, running);
    tx.enqueue(runReplay, ref);
  } else tx.put(Replay, { ...running, state: "COMPLETED", endedAt: tx.now });
}

/** The event again, marked with the replay's name; returns the time it had. */
async function replayEvent(tx: Transaction, replay: ReplayRecordState, text: string): Promise<number> {
  const event = JSON.parse(text) as { readonly time: string };
  await routeEvent(tx, busName(replay.destination.Arn), {
    text: `${text.slice(0, -1)},"replay-name":${JSON.stringify(replay.name)}}`,
    value: { ...event, "replay-name": replay.name },
    onlyRules: replay.destination.FilterArns?.length ? replay.destination.FilterArns : undefined,
  });
  return Date.parse(event.time);
}

/** Takes old events out of an archive, and comes again when the next day is over. */
export const expireArchive = defineJob<{ readonly name: string; readonly id: string }>({
  name: "events.expireArchive",
  run: async (ref, tx) => {
    const archive = await tx.get(Archive, ref.name);
    if (archive === undefined || archive.id !== ref.id || archive.retentionDays === 0) return;
    const more = await expireEvents(tx, archive.id, tx.now - archive.retentionDays * day);
    tx.enqueue(expireArchive, ref, { at: more ? tx.now : tx.now + day / 24, id: ref.id });
  },
});
