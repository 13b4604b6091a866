// One batch of messages on its way through the function.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import {
  type DeliveryOutcome,
  deliverMessages,
  type QueueItem,
} from "../../../sources/queue/deliver-messages.ts";
import type { Queue } from "../../../sources/queue/queue.ts";
import { functionHash, loops, runsOf } from "../invocation/lineage.ts";
import { runTarget } from "../invocation/run.ts";
import type { Target } from "../target.ts";
import { underRole } from "./queue.ts";
import { batchItemFailures } from "./response.ts";

export interface BatchSettings {
  readonly queue: Queue;
  readonly wanted: ((filtered: object) => boolean) | undefined;
  readonly reportsFailures: boolean;
}

const largestPayloadBytes = 6_291_456;

export function processBatch(
  ctx: Waiting,
  target: Target,
  { queue, wanted, reportsFailures }: BatchSettings,
  messages: readonly Message[],
): Promise<DeliveryOutcome> {
  return deliverMessages(ctx, messages, {
    queue,
    role: underRole(ctx, target.configuration.settings.Role, queue),
    wanted,
    fits: (items) => payloadOf(items).length <= largestPayloadBytes,
    attempt: (own, items) => run(own, target, reportsFailures, items),
  });
}

function payloadOf(items: readonly QueueItem[]): Uint8Array {
  return Buffer.from(JSON.stringify({ Records: items.map(({ record }) => record) }));
}

/** The items that need no second run. */
async function run(
  ctx: Waiting,
  target: Target,
  reportsFailures: boolean,
  items: readonly QueueItem[],
): Promise<readonly QueueItem[] | "throttled"> {
  // What the function keeps sending itself is left to the queue, and to its dead-letter queue.
  const sound = items.filter((item) => !loops(target, traceHeaderOf(item)));
  if (sound.length === 0) return [];
  const payload = payloadOf(sound);
  const traceHeader = longestTrace(target, sound);
  try {
    const result = await runTarget(ctx, target, { requestId: ctx.ids.uuid(), payload, traceHeader });
    if (result.functionError !== undefined) return [];
    if (!reportsFailures) return sound;
    const ids = new Set(sound.map(({ record }) => record.messageId));
    const failed = batchItemFailures(result.payload as Uint8Array, ids);
    return failed === "all" ? [] : sound.filter(({ record }) => !failed.has(record.messageId));
  } catch (error) {
    if (error instanceof Fault && error.code === "TooManyRequestsException") return "throttled";
    throw error;
  }
}

function traceHeaderOf({ message }: QueueItem): string | undefined {
  return message.Attributes?.AWSTraceHeader;
}

/** The batch is as far in its chain as the message that is furthest. */
function longestTrace(target: Target, items: readonly QueueItem[]): string | undefined {
  const own = functionHash(target.reference);
  let longest: string | undefined;
  for (const item of items) {
    const header = traceHeaderOf(item);
    if (header === undefined) continue;
    if (longest === undefined || runsOf(header, own) > runsOf(longest, own)) longest = header;
  }
  return longest;
}
