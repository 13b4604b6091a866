// Reads a queue for someone: several batches at once, as many as succeed.

import type { Waiting } from "../../core/waiting.ts";
import type { Message } from "../../model/generated/sqs.d.ts";
import { Lanes } from "./lanes.ts";
import { type Queue, receive } from "./queue.ts";

export interface QueueReading {
  readonly queue: Queue;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  /** So many batches at once, at most. */
  readonly lanes: number;
  /** Asked before each batch: what it is received with, and what becomes of it. */
  readonly turn: (ctx: Waiting) => Promise<QueueTurn>;
  /** Told of what kept a turn from receiving. */
  readonly failed: (error: unknown) => Promise<void>;
}

export interface QueueTurn {
  /** Receives under this role. */
  readonly role: Waiting;
  /** So many batches at once, where something else limits them too. */
  readonly most?: number | undefined;
  /** Deals with a batch; true where it went well. Does not throw. */
  readonly handle: (ctx: Waiting, messages: readonly Message[]) => Promise<boolean>;
}

const longestWaitSeconds = 20;
const pauseAfterProblemMilliseconds = 5000;

/** Receives until `ctx` ends, and finishes the batches that have begun. */
export async function followQueue(ctx: Waiting, reading: QueueReading): Promise<void> {
  const lanes = new Lanes(reading.lanes);
  let most: number | undefined;
  while (!ctx.signal.aborted) {
    await lanes.room(most);
    if (ctx.signal.aborted) break;
    try {
      const turn = await reading.turn(ctx);
      most = turn.most;
      const messages = await gather(turn.role, ctx, reading);
      if (messages.length > 0) {
        lanes.start(() => ctx.beside((working) => turn.handle(working, messages)));
      }
    } catch (error) {
      if (ctx.signal.aborted) break;
      await reading.failed(error);
      await ctx.sleepUntil(ctx.now() + pauseAfterProblemMilliseconds);
    }
  }
  await lanes.empty();
}

/** Up to a batch of messages: what one receive brings, or with a window what comes within it. */
async function gather(
  role: Waiting,
  ctx: Waiting,
  { queue, batchSize, windowMilliseconds }: QueueReading,
): Promise<readonly Message[]> {
  const messages = [...(await receive(role, queue, batchSize, longestWaitSeconds))];
  if (messages.length === 0 || windowMilliseconds === 0) return messages;
  const deadline = ctx.now() + windowMilliseconds;
  while (messages.length < batchSize && ctx.now() < deadline && !ctx.signal.aborted) {
    const seconds = Math.ceil((deadline - ctx.now()) / 1000);
    messages.push(...(await receive(role, queue, batchSize - messages.length, seconds)));
  }
  return messages;
}
