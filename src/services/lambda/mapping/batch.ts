// One batch of messages on its way through the function: filtered, handed over,
// and deleted as far as the function has dealt with it.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import { runTarget } from "../invocation/run.ts";
import type { Target } from "../target.ts";
import type { RecordFilter } from "./filter.ts";
import { type Queue, remove, underRole } from "./queue.ts";
import { type SqsRecord, sqsRecord } from "./record.ts";
import { batchItemFailures } from "./response.ts";

export interface BatchSettings {
  readonly queue: Queue;
  readonly filter: RecordFilter | undefined;
  readonly reportsFailures: boolean;
}

export type BatchOutcome = "done" | "failed" | "throttled";

const largestPayloadBytes = 6_291_456;
/** A throttled batch is tried again for a while: giving it back would count as a receive, and lead to the dead-letter queue. */
const pausesWhenThrottled = [1, 2, 4, 8];

export async function processBatch(
  ctx: Waiting,
  target: Target,
  settings: BatchSettings,
  messages: readonly Message[],
): Promise<BatchOutcome> {
  const { queue, filter } = settings;
  const role = underRole(ctx, target.configuration.settings.Role, queue);
  const records = messages.map((message) => ({ message, record: sqsRecord(message, queue) }));
  if (filter === undefined) return hand(ctx, role, target, settings, records);
  const wanted = records.filter(({ record }) => filter(record));
  if (wanted.length < records.length) {
    const unwanted = records.filter((each) => !wanted.includes(each));
    await remove(
      role,
      queue,
      unwanted.map(({ message }) => message),
    );
  }
  return wanted.length === 0 ? "done" : hand(ctx, role, target, settings, wanted);
}

interface Item {
  readonly message: Message;
  readonly record: SqsRecord;
}

async function hand(
  ctx: Waiting,
  role: Waiting,
  target: Target,
  settings: BatchSettings,
  items: readonly Item[],
): Promise<BatchOutcome> {
  const payload = Buffer.from(JSON.stringify({ Records: items.map(({ record }) => record) }));
  if (payload.length > largestPayloadBytes && items.length > 1) {
    const half = Math.ceil(items.length / 2);
    const first = await hand(ctx, role, target, settings, items.slice(0, half));
    const second = await hand(ctx, role, target, settings, items.slice(half));
    return first === "done" ? second : first;
  }
  let done = await run(ctx, target, settings, items, payload);
  for (const seconds of pausesWhenThrottled) {
    if (done !== "throttled" || ctx.signal.aborted) break;
    await ctx.sleepUntil(ctx.now() + seconds * 1000);
    done = await run(ctx, target, settings, items, payload);
  }
  if (typeof done === "string") return done;
  await remove(
    role,
    settings.queue,
    done.map(({ message }) => message),
  );
  return done.length === items.length ? "done" : "failed";
}

/** The items that need no second run. What the others become is the queue's to say: they show again in time. */
async function run(
  ctx: Waiting,
  target: Target,
  settings: BatchSettings,
  items: readonly Item[],
  payload: Uint8Array,
): Promise<readonly Item[] | BatchOutcome> {
  try {
    const result = await runTarget(ctx, target, { requestId: ctx.ids.uuid(), payload });
    if (result.functionError !== undefined) return "failed";
    if (!settings.reportsFailures) return items;
    const ids = new Set(items.map(({ record }) => record.messageId));
    const failed = batchItemFailures(result.payload as Uint8Array, ids);
    return failed === "all" ? "failed" : items.filter(({ record }) => !failed.has(record.messageId));
  } catch (error) {
    if (error instanceof Fault && error.code === "TooManyRequestsException") return "throttled";
    throw error;
  }
}
