// How events are stored: under their stream, by time, then in the order they
// came. An event's id is its place in that order, so that it needs no index.

import { type Part, unpack } from "../../base/tuple.ts";
import type { Entry, Key, Range } from "../../core/ports/store.ts";
import type { Transaction } from "../../core/transaction.ts";

export interface LogEvent {
  /** Epoch milliseconds, both. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  /** Orders events of one millisecond. */
  readonly order: number;
  readonly message: string;
}

const eventsOf = (groupId: string, stream: string): readonly Part[] => ["event", groupId, stream];

export function putEvent(tx: Transaction, groupId: string, stream: string, event: LogEvent): void {
  const { timestamp, ingestionTime, order, message } = event;
  const key = tx.key("logs", ...eventsOf(groupId, stream), timestamp, ingestionTime, order);
  tx.raw.put(key, Buffer.from(message));
}

export function readEvent(entry: Entry): LogEvent {
  const [timestamp, ingestionTime, order] = unpack(entry.key).slice(-3) as [number, number, number];
  return { timestamp, ingestionTime, order, message: Buffer.from(entry.value).toString() };
}

/** Events of one stream from `startTime` (inclusive) to `endTime` (exclusive). */
export function eventRange(
  tx: Transaction,
  groupId: string,
  stream: string,
  { startTime, endTime }: { readonly startTime?: number | undefined; readonly endTime?: number | undefined },
): Range {
  const base = tx.key("logs", ...eventsOf(groupId, stream));
  return {
    start: startTime === undefined ? base : tx.key("logs", ...eventsOf(groupId, stream), startTime),
    end: endTime === undefined ? `${base}\xff` : tx.key("logs", ...eventsOf(groupId, stream), endTime),
  };
}

/** Everything stored for a stream, or for a whole group. */
export function allEvents(tx: Transaction, groupId: string, stream?: string): Range {
  const start = tx.key("logs", "event", groupId, ...(stream === undefined ? [] : [stream]));
  return { start, end: `${start}\xff` };
}

/** Just after an event: where reading forward goes on. */
export function afterKey(key: Key): Key {
  return `${key}\x00`;
}

/** Digits only, as AWS's are, and the same for the same event at every call: `aws logs tail` drops repeats by it. */
export function eventId({ timestamp, ingestionTime, order }: LogEvent): string {
  return `${timestamp}${`${ingestionTime}`.padStart(14, "0")}${`${order}`.padStart(14, "0")}`.padStart(
    56,
    "3",
  );
}
