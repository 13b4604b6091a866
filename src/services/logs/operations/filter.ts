// FilterLogEvents: events of many streams in order of time, those that match.

import type { Transaction } from "../../../core/transaction.ts";
import type { FilteredLogEvent } from "../../../model/generated/logs.d.ts";
import { messageFilter } from "../filter-pattern.ts";
import { eventId, eventRange, type LogEvent, readEvent } from "../log-event.ts";
import { existingGroup, type LogGroupState, oneIdentifier } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import { type Input, invalid, type Output } from "../model.ts";

const maximumEvents = 10_000;
const maximumBytes = 1_048_576;
/** Events read for one answer: a filter that matches little answers with a token and few events, as AWS does. */
const maximumRead = 100_000;
const chunk = 200;

/** Where the last page ended: after this event of this stream. */
interface Position {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly order: number;
  readonly stream: string;
}

export async function filterLogEvents(
  input: Input<"FilterLogEvents">,
  tx: Transaction,
): Promise<Output<"FilterLogEvents">> {
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
    throw invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  }
  const group = await existingGroup(tx, oneIdentifier(input));
  const matches = messageFilter(input.filterPattern);
  const after = input.nextToken === undefined ? undefined : readPosition(input.nextToken);
  const streams = await streamsOf(tx, group, input);
  const heads = streams.map((name) => new StreamReader(tx, group.id, name, input, after));
  const events: FilteredLogEvent[] = [];
  const limit = input.limit ?? maximumEvents;
  let bytes = 0;
  let read = 0;
  let last: Position | undefined;
  while (events.length < limit && bytes < maximumBytes && read < maximumRead) {
    const next = await earliest(heads);
    if (next === undefined) return { events, searchedLogStreams: [] };
    read++;
    last = next;
    if (!matches(next.message)) continue;
    bytes += next.message.length;
    events.push({
      logStreamName: next.stream,
      timestamp: next.timestamp,
      message: next.message,
      ingestionTime: next.ingestionTime,
      eventId: eventId(next),
    });
  }
  const more = (await earliest(heads)) !== undefined;
  return {
    events,
    searchedLogStreams: [],
    ...(more && last !== undefined ? { nextToken: positionToken(last) } : {}),
  };
}

async function streamsOf(
  tx: Transaction,
  group: LogGroupState,
  input: Input<"FilterLogEvents">,
): Promise<readonly string[]> {
  const all = await tx.all(LogStream, [group.id]);
  const wanted = input.logStreamNames === undefined ? undefined : new Set(input.logStreamNames);
  return all
    .filter(({ name }) => wanted?.has(name) ?? name.startsWith(input.logStreamNamePrefix ?? ""))
    .filter(({ lastEventTimestamp }) => (lastEventTimestamp ?? -1) >= (input.startTime ?? 0))
    .map(({ name }) => name);
}

/** Reads one stream a chunk at a time; the merge takes the earliest head of all. */
class StreamReader {
  readonly #tx: Transaction;
  readonly #groupId: string;
  readonly #stream: string;
  readonly #after: Position | undefined;
  readonly #endTime: number | undefined;
  #startTime: number | undefined;
  #startKey: string | undefined;
  #events: LogEvent[] = [];
  #done = false;

  constructor(
    tx: Transaction,
    groupId: string,
    stream: string,
    range: { readonly startTime?: number | undefined; readonly endTime?: number | undefined },
    after: Position | undefined,
  ) {
    this.#tx = tx;
    this.#groupId = groupId;
    this.#stream = stream;
    this.#after = after;
    this.#startTime = after === undefined ? range.startTime : Math.max(range.startTime ?? 0, after.timestamp);
    // AWS counts the end time in.
    this.#endTime = range.endTime === undefined ? undefined : range.endTime + 1;
  }

  async head(): Promise<(LogEvent & { readonly stream: string }) | undefined> {
    while (this.#events.length === 0 && !this.#done) await this.#fill();
    const event = this.#events[0];
    return event && { ...event, stream: this.#stream };
  }

  take(): void {
    this.#events.shift();
  }

  async #fill(): Promise<void> {
    const range = eventRange(this.#tx, this.#groupId, this.#stream, {
      startTime: this.#startTime,
      endTime: this.#endTime,
    });
    const entries = await this.#tx.raw.scan(
      { start: this.#startKey ?? range.start, end: range.end },
      { limit: chunk },
    );
    this.#done = entries.length < chunk;
    if (entries.length > 0) this.#startKey = `${entries.at(-1)!.key}\x00`;
    this.#events = entries.map(readEvent).filter((event) => {
      const position = { ...event, stream: this.#stream };
      return this.#after === undefined || compare(position, this.#after) > 0;
    });
  }
}

async function earliest(
  readers: readonly StreamReader[],
): Promise<(LogEvent & { readonly stream: string }) | undefined> {
  let best: (LogEvent & { readonly stream: string }) | undefined;
  let from: StreamReader | undefined;
  for (const reader of readers) {
    const head = await reader.head();
    if (head !== undefined && (best === undefined || compare(head, best) < 0)) {
      best = head;
      from = reader;
    }
  }
  from?.take();
  return best;
}

function compare(a: Position, b: Position): number {
  return (
    a.timestamp - b.timestamp ||
    a.ingestionTime - b.ingestionTime ||
    a.order - b.order ||
    (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0)
  );
}

function positionToken({ timestamp, ingestionTime, order, stream }: Position): string {
  return Buffer.from(JSON.stringify([timestamp, ingestionTime, order, stream])).toString("base64url");
}

function readPosition(token: string): Position {
  try {
    const [timestamp, ingestionTime, order, stream] = JSON.parse(
      Buffer.from(token, "base64url").toString(),
    ) as unknown[];
    if (
      typeof timestamp === "number" &&
      typeof ingestionTime === "number" &&
      typeof order === "number" &&
      typeof stream === "string"
    ) {
      return { timestamp, ingestionTime, order, stream };
    }
  } catch {
    // Not one of ours: answered below.
  }
  throw invalid("The specified nextToken is invalid.");
}
