// PutLogEvents: appends a batch. Events out of the window that AWS accepts are
// left out and reported; the rest is stored.

import type { Transaction } from "../../../core/transaction.ts";
import type { InputLogEvent } from "../../../model/generated/logs.d.ts";
import { type LogEvent, putEvent } from "../log-event.ts";
import { existingGroup, type LogGroupState } from "../log-group.ts";
import { existingStream, LogStream } from "../log-stream.ts";
import { type Input, invalid, type Output } from "../model.ts";
import { forward } from "../subscriptions/deliver.ts";

const hour = 3_600_000;
const day = 24 * hour;
const maximumBatchBytes = 1_048_576;
const bytesPerEvent = 26;

export async function putLogEvents(
  input: Input<"PutLogEvents">,
  tx: Transaction,
): Promise<Output<"PutLogEvents">> {
  const group = await existingGroup(tx, input.logGroupName);
  const stream = await existingStream(tx, group, input.logStreamName);
  checkBatch(input.logEvents);
  const { accepted, rejected } = sorted(input.logEvents, group, tx.now);
  const events = accepted.map(
    ({ timestamp, message }): LogEvent => ({
      timestamp,
      message,
      ingestionTime: tx.now,
      order: tx.nextOrder(),
    }),
  );
  for (const event of events) putEvent(tx, group.id, stream.name, event);
  forward(tx, group, stream.name, events);
  const first = accepted[0]?.timestamp;
  const last = accepted.at(-1)?.timestamp;
  if (first !== undefined && last !== undefined) {
    tx.put(LogStream, {
      ...stream,
      firstEventTimestamp: Math.min(stream.firstEventTimestamp ?? first, first),
      lastEventTimestamp: Math.max(stream.lastEventTimestamp ?? last, last),
      lastIngestionTime: tx.now,
    });
  }
  return {
    nextSequenceToken: `${tx.now}`.padStart(56, "4"),
    ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
  };
}

function checkBatch(events: readonly InputLogEvent[]): void {
  let bytes = 0;
  let previous = Number.NEGATIVE_INFINITY;
  for (const { timestamp, message } of events) {
    if (timestamp < previous) {
      throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }
    previous = timestamp;
    bytes += Buffer.byteLength(message) + bytesPerEvent;
  }
  if (bytes > maximumBatchBytes) {
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${maximumBatchBytes}`);
  }
  if (events.length > 0 && events.at(-1)!.timestamp - events[0]!.timestamp > day) {
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
}

/** AWS reports by index: all before the first index of a kind, or from it on. */
function sorted(events: readonly InputLogEvent[], group: LogGroupState, now: number) {
  const oldest = now - 14 * day;
  const expired =
    group.retentionInDays === undefined ? Number.NEGATIVE_INFINITY : now - group.retentionInDays * day;
  const firstKept = events.findIndex(({ timestamp }) => timestamp >= Math.max(oldest, expired));
  const start = firstKept < 0 ? events.length : firstKept;
  const firstNew = events.findIndex(({ timestamp }) => timestamp > now + 2 * hour);
  const end = firstNew < 0 ? events.length : firstNew;
  if (start === 0 && end === events.length) return { accepted: events, rejected: undefined };
  const tooOld = events.filter(({ timestamp }) => timestamp < oldest).length;
  return {
    accepted: events.slice(start, end),
    rejected: {
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(start > tooOld ? { expiredLogEventEndIndex: start } : {}),
      ...(end < events.length ? { tooNewLogEventStartIndex: end } : {}),
    },
  };
}
