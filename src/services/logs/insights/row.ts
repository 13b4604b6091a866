// Rows of a query: log events at first, with the fields found in them, and what
// commands make of them.

import type { LogEvent } from "../log-event.ts";

export type Value = string | number | boolean;

export interface Row {
  /** What commands have made, by name; before what is found in the event. */
  readonly values: ReadonlyMap<string, Value>;
  readonly event?: RowEvent | undefined;
}

export interface RowEvent extends LogEvent {
  readonly stream: string;
  /** `<account>:<group>`. */
  readonly log: string;
  /** Leads back to the event. */
  readonly pointer: string;
}

export function fieldOf(row: Row, name: string): Value | undefined {
  const own = row.values.get(name);
  if (own !== undefined || row.event === undefined) return own;
  return eventField(row.event, name);
}

export function withValues(row: Row, more: Iterable<readonly [string, Value | undefined]>): Row {
  const values = new Map(row.values);
  for (const [name, value] of more) if (value !== undefined) values.set(name, value);
  return { ...row, values };
}

function eventField(event: RowEvent, name: string): Value | undefined {
  switch (name) {
    case "@timestamp":
      return event.timestamp;
    case "@ingestionTime":
      return event.ingestionTime;
    case "@message":
      return event.message;
    case "@logStream":
      return event.stream;
    case "@log":
      return event.log;
    case "@ptr":
      return event.pointer;
    default:
      return discovered(event).get(name);
  }
}

const found = new WeakMap<RowEvent, ReadonlyMap<string, Value>>();

/** AWS finds up to 200 fields in a JSON message; and what Lambda reports. */
export function discovered(event: RowEvent): ReadonlyMap<string, Value> {
  let fields = found.get(event);
  if (fields === undefined) {
    fields = discover(event.message);
    found.set(event, fields);
  }
  return fields;
}

const mostFields = 200;

function discover(message: string): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>();
  const start = message.indexOf("{");
  if (start >= 0) {
    try {
      const value: unknown = JSON.parse(start === 0 ? message : message.slice(start));
      flatten(value, "", fields);
    } catch {
      // Text that only looks like JSON has no fields.
    }
  }
  for (const [name, value] of lambdaFields(message)) fields.set(name, value);
  return fields;
}

function flatten(value: unknown, path: string, fields: Map<string, Value>): void {
  if (fields.size >= mostFields || value === null) return;
  if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value as object)) {
      flatten(inner, path === "" ? key : `${path}.${key}`, fields);
    }
  } else if (path !== "") {
    fields.set(path, typeof value === "boolean" ? (value ? 1 : 0) : (value as Value));
  }
}

const report: readonly (readonly [string, RegExp])[] = [
  ["@duration", /\tDuration: ([\d.]+) ms/],
  ["@billedDuration", /\tBilled Duration: ([\d.]+) ms/],
  ["@initDuration", /\tInit Duration: ([\d.]+) ms/],
];
/** Lambda tells of megabytes, fields count bytes of a million each. */
const memory: readonly (readonly [string, RegExp])[] = [
  ["@memorySize", /\tMemory Size: (\d+) MB/],
  ["@maxMemoryUsed", /\tMax Memory Used: (\d+) MB/],
];

function* lambdaFields(message: string): Generator<readonly [string, Value]> {
  const head = /^(START|END|REPORT) RequestId: ([0-9a-f-]{36})/.exec(message);
  if (head === null) return;
  yield ["@type", head[1]!];
  yield ["@requestId", head[2]!];
  for (const [name, pattern] of report) {
    const match = pattern.exec(message);
    if (match !== null) yield [name, Number(match[1])];
  }
  for (const [name, pattern] of memory) {
    const match = pattern.exec(message);
    if (match !== null) yield [name, Number(match[1]) * 1_000_000];
  }
}
