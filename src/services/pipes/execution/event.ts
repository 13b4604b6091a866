// An event on its way through a pipe: as it goes on where nothing transforms
// it, and as templates and paths see it, with what its source encoded decoded.

import type { JsonValue } from "../../../model/shapes.ts";

export interface PipeEvent {
  /** By which a target may name it as failed; what comes of an enrichment may have none. */
  readonly id?: string | undefined;
  readonly value: JsonValue;
  /** JSON. */
  readonly text: string;
  /** A queue message's body and a record's data are JSON here, or at least text. */
  readonly seen: JsonValue;
  readonly receivedAt: number;
}

/** Of a source. */
export function sourceEvent(
  id: string,
  value: Readonly<Record<string, unknown>>,
  receivedAt: number,
): PipeEvent {
  const json = value as Readonly<Record<string, JsonValue>>;
  return lazily(id, json, receivedAt, () => decoded(json));
}

/** Makes each record's event once, however often it is asked for. */
export function madeOnce<R>(make: (record: R) => PipeEvent): (records: readonly R[]) => readonly PipeEvent[] {
  const made = new Map<R, PipeEvent>();
  return (records) =>
    records.map((record) => {
      let event = made.get(record);
      if (event === undefined) {
        event = make(record);
        made.set(record, event);
      }
      return event;
    });
}

/** Of an enrichment; ids of the source are kept where it passes them on. */
export function enrichedEvent(value: JsonValue, receivedAt: number): PipeEvent {
  const { messageId, eventID } = isObject(value) ? value : {};
  const id = [messageId, eventID].find((each) => typeof each === "string");
  return lazily(id as string | undefined, value, receivedAt, () => value);
}

function lazily(
  id: string | undefined,
  value: JsonValue,
  receivedAt: number,
  see: () => JsonValue,
): PipeEvent {
  let text: string | undefined;
  let seen: JsonValue | undefined;
  return {
    id,
    value,
    receivedAt,
    get text() {
      text ??= JSON.stringify(value);
      return text;
    },
    get seen() {
      seen ??= see();
      return seen;
    },
  };
}

function decoded(value: Readonly<Record<string, JsonValue>>): JsonValue {
  if (value.eventSource === "aws:sqs") return { ...value, body: parsed(value.body) };
  if (value.eventSource !== "aws:kinesis" || typeof value.data !== "string") return value;
  return { ...value, data: parsed(Buffer.from(value.data, "base64").toString()) };
}

function parsed(text: JsonValue | undefined): JsonValue {
  if (typeof text !== "string") return text ?? null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
