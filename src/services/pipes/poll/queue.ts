// Reads a queue for a pipe.

import type { Waiting } from "../../../core/waiting.ts";
import type { Message } from "../../../model/generated/sqs.d.ts";
import { deliverMessages, type QueueItem } from "../../../sources/queue/deliver-messages.ts";
import { followQueue } from "../../../sources/queue/follow-queue.ts";
import { type Queue, queueOf } from "../../../sources/queue/queue.ts";
import { madeOnce, sourceEvent } from "../execution/event.ts";
import { execute } from "../execution/execute.ts";
import { fits, type Line } from "../execution/line.ts";
import { problem, type Report } from "./report.ts";
import { underRole } from "./role.ts";

/** Executions of one pipe at once, at most. */
const mostLanes = 10;

/** Until `ctx` ends, and the executions that have begun are over. */
export function pollQueue(ctx: Waiting, line: Line, report: Report): Promise<void> {
  const { pipe } = line;
  const queue = queueOf(pipe.source, ctx.endpoint);
  const { BatchSize = 10, MaximumBatchingWindowInSeconds = 0 } =
    pipe.sourceParameters.SqsQueueParameters ?? {};
  return followQueue(ctx, {
    queue,
    batchSize: BatchSize,
    windowMilliseconds: MaximumBatchingWindowInSeconds * 1000,
    lanes: mostLanes,
    turn: async (own) => ({
      role: underRole(own, pipe),
      handle: (working, messages) => handle(working, line, queue, messages, report),
    }),
    failed: (error) => report(problem(error)),
  });
}

async function handle(
  ctx: Waiting,
  line: Line,
  queue: Queue,
  messages: readonly Message[],
  report: Report,
): Promise<boolean> {
  const eventsOf = madeOnce(({ record }: QueueItem) => sourceEvent(record.messageId, record, ctx.now()));
  try {
    const outcome = await deliverMessages(ctx, messages, {
      queue,
      role: underRole(ctx, line.pipe),
      wanted: line.wanted,
      fits: (items) => fits(line, eventsOf(items)),
      attempt: async (own, items) => {
        const { failed, failure, throttled } = await execute(own, line, eventsOf(items));
        await report(failure?.message);
        if (throttled) return "throttled";
        return failed.size === 0 ? items : handled(items, failed, queue.fifo);
      },
    });
    return outcome === "done";
  } catch (error) {
    // Nothing was deleted that was not handled: the queue shows the messages again.
    if (!ctx.signal.aborted) await report(problem(error));
    return false;
  }
}

/** What comes behind a failure in its group is to come behind it again. */
function handled(
  items: readonly QueueItem[],
  failed: ReadonlySet<number>,
  fifo: boolean,
): readonly QueueItem[] {
  if (!fifo) return items.filter((_item, at) => !failed.has(at));
  const stuck = new Set<string | undefined>();
  return items.filter(({ message }, at) => {
    const group = message.Attributes?.MessageGroupId;
    if (failed.has(at)) stuck.add(group);
    return !stuck.has(group);
  });
}
