// History as it is stored: the events of one step together, each a short list.
// Data that is what the event before it had is not written again.
//
//     [epoch milliseconds, [code, back, details, data?], ...]
//
// `back` is how far before the event's direct predecessor its previous one
// lies; `details` is a text where the name of a state is all there is.

import type { Json } from "../asl/data/scope.ts";
import type { HistoryRecord, RecordDetails } from "../asl/history-record.ts";
import { eventCode, eventTypes, payloadMember } from "./types.ts";

export interface StoredEvent extends HistoryRecord {
  readonly at: number;
}

type PackedEvent = [code: number, back: number, details: Json, data?: Json];

export function packEvents(at: number, events: readonly HistoryRecord[]): string {
  let latest: Json | undefined;
  const packed: Json[] = [at];
  for (const { id, previous, type, details = {} } of events) {
    const member = members[eventCode(type)];
    const event: PackedEvent = [eventCode(type), id - 1 - previous, shortened(details, member)];
    if (member !== undefined && details[member] !== latest) {
      latest = details[member];
      event.push(latest ?? null);
    }
    packed.push(event as Json);
  }
  return JSON.stringify(packed);
}

/** `first` is the number of the first event. */
export function unpackEvents(text: string, first: number): readonly StoredEvent[] {
  const [at, ...packed] = JSON.parse(text) as [number, ...PackedEvent[]];
  let latest: Json = null;
  return packed.map(([code, back, short, ...data], index) => {
    const id = first + index;
    const type = eventTypes[code]!;
    const member = members[code];
    const details: Record<string, Json> =
      typeof short === "string" ? { name: short } : short === 0 ? {} : { ...(short as Record<string, Json>) };
    if (member !== undefined) {
      if (data.length > 0) latest = data[0]!;
      details[member] = latest;
    }
    return { id, previous: id - 1 - back, type, details, at };
  });
}

const members = eventTypes.map(payloadMember);

function shortened(details: RecordDetails, member: string | undefined): Json {
  let rest: Record<string, Json> | undefined;
  let count = 0;
  for (const name in details) {
    const value = details[name];
    if (name === member || value === undefined) continue;
    rest ??= {};
    rest[name] = value;
    count++;
  }
  if (rest === undefined) return 0;
  return count === 1 && typeof rest.name === "string" ? rest.name : rest;
}
