// One batch of messages on its way to someone: filtered, handed over, and
// deleted as far as it was dealt with. What was not shows again in time: that
// is the queue's to say.

import type { Waiting } from "../../core/waiting.ts";
import type { Message } from "../../model/generated/sqs.d.ts";
import { type Queue, remove } from "./queue.ts";
import { filteredRecord, type QueueRecord, queueRecord } from "./record.ts";

export interface QueueItem {
  readonly message: Message;
  readonly record: QueueRecord;
}

export interface MessageDelivery {
  readonly queue: Queue;
  /** Deletes under this role. */
  readonly role: Waiting;
  /** What is not wanted is deleted unseen. */
  readonly wanted?: ((filtered: object) => boolean) | undefined;
  /** Whether so many go in one piece. */
  readonly fits: (items: readonly QueueItem[]) => boolean;
  /** The items that need no second attempt; `throttled` where none could begin. */
  readonly attempt: (
    ctx: Waiting,
    items: readonly QueueItem[],
  ) => Promise<readonly QueueItem[] | "throttled">;
}

export type DeliveryOutcome = "done" | "failed" | "throttled";

/** A throttled batch is tried again for a while: giving it back would count as a receive, and lead to the dead-letter queue. */
const pausesWhenThrottled = [1, 2, 4, 8];

export async function deliverMessages(
  ctx: Waiting,
  messages: readonly Message[],
  delivery: MessageDelivery,
): Promise<DeliveryOutcome> {
  const { queue, role, wanted } = delivery;
  const items = messages.map((message) => ({ message, record: queueRecord(message, queue) }));
  if (wanted === undefined) return hand(ctx, items, delivery);
  const chosen = items.filter(({ record }) => wanted(filteredRecord(record)));
  if (chosen.length < items.length) {
    const seen = new Set(chosen);
    const unwanted = items.filter((item) => !seen.has(item));
    await remove(role, queue, messagesOf(unwanted));
  }
  return chosen.length === 0 ? "done" : hand(ctx, chosen, delivery);
}

async function hand(
  ctx: Waiting,
  items: readonly QueueItem[],
  delivery: MessageDelivery,
): Promise<DeliveryOutcome> {
  if (items.length > 1 && !delivery.fits(items)) {
    const half = Math.ceil(items.length / 2);
    const first = await hand(ctx, items.slice(0, half), delivery);
    const second = await hand(ctx, items.slice(half), delivery);
    return first === "done" ? second : first;
  }
  let handled = await delivery.attempt(ctx, items);
  for (const seconds of pausesWhenThrottled) {
    if (handled !== "throttled" || ctx.signal.aborted) break;
    await ctx.sleepUntil(ctx.now() + seconds * 1000);
    handled = await delivery.attempt(ctx, items);
  }
  if (handled === "throttled") return handled;
  await remove(delivery.role, delivery.queue, messagesOf(handled));
  return handled.length === items.length ? "done" : "failed";
}

function messagesOf(items: readonly QueueItem[]): readonly Message[] {
  return items.map(({ message }) => message);
}
