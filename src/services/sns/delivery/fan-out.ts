// The fan-out: takes what was published, in order and many at a time, and brings
// it to every subscription that wants it. One run per account and region goes on
// for ever; messages are deleted only when all that follows from them is either
// done or stored, so that a crash delivers some twice and loses none.

import { defineJob } from "../../../core/job.ts";
import type { Entry } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue } from "../../../core/value.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { Published } from "../messages/published.ts";
import { fanOutTopic } from "./fan-out-topic.ts";
import { FanOutRecord, firstOutgoing, outgoingTopic } from "./outgoing.ts";

interface FanOutRun {
  /** A cloud that was emptied and filled again has another one. */
  readonly id: string;
}

const mostMessages = 64;

export const fanOut = defineJob<FanOutRun>({
  name: "sns.fanOut",
  perpetual: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: run },
});

/** Called with the creation of a topic, which nobody does often. */
export async function ensureFanOut(tx: Transaction): Promise<void> {
  if ((await tx.get(FanOutRecord, "fan-out")) !== undefined) return;
  const record = { id: tx.ids.hex(16) };
  tx.put(FanOutRecord, record);
  tx.enqueue(fanOut, record, { id: "fan-out" });
}

async function run({ id }: FanOutRun, ctx: Waiting): Promise<void> {
  for (;;) {
    const entries = await ctx.waitFor(outgoingTopic(ctx), Number.MAX_SAFE_INTEGER, () =>
      ctx.atomically(async (tx): Promise<Attempt<readonly Entry[] | undefined>> => {
        if ((await tx.get(FanOutRecord, "fan-out"))?.id !== id) return { done: undefined };
        const found = await firstOutgoing(tx, mostMessages);
        return found.length > 0 ? { done: found } : {};
      }),
    );
    if (entries === undefined) return;
    await deliverAll(ctx, entries);
    await ctx.atomically(async (tx) => {
      for (const { key } of entries) tx.raw.delete(key);
    });
  }
}

/** Topics do not wait for each other; the messages of one keep their order. */
async function deliverAll(ctx: Waiting, entries: readonly Entry[]): Promise<void> {
  const byTopic = new Map<string, Published[]>();
  for (const { value } of entries) {
    const published = decodeValue<Published>(value, false);
    const others = byTopic.get(published.topicId);
    if (others === undefined) byTopic.set(published.topicId, [published]);
    else others.push(published);
  }
  await Promise.all([...byTopic.values()].map((messages) => fanOutTopic(ctx, messages)));
}
