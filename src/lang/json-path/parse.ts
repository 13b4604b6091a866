// Reads the text of a path in the dialect that AWS uses (Jayway's): names with
// dots or brackets, indexes, slices, unions, wildcards, deep scans, filters,
// and functions at the end.

import { readCondition } from "./condition.ts";
import { readOperand } from "./operand.ts";
import { JsonPathError } from "./path-error.ts";
import { Reader } from "./reader.ts";
import type { Operand, Segment } from "./segment.ts";

/** `text` begins with `$`; throws `JsonPathError`. */
export function parseJsonPath(text: string): readonly Segment[] {
  const reader = new Reader(text);
  if (!reader.take("$")) throw new JsonPathError("Path must start with '$'");
  const segments = readSegments(reader);
  if (!reader.done) throw reader.unexpected();
  return segments;
}

/** The segments after `$` or `@`, as far as they go. */
export function readSegments(reader: Reader): readonly Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (reader.take("..")) {
      segments.push({ kind: "scan" });
      segments.push(reader.peek() === "[" ? readBracket(reader) : readDotted(reader));
    } else if (reader.peek() === ".") {
      reader.take(".");
      segments.push(reader.peek() === "[" ? readBracket(reader) : readDotted(reader));
    } else if (reader.peek() === "[") segments.push(readBracket(reader));
    else return segments;
    const before = segments.at(-2);
    if (before?.kind === "function") throw new JsonPathError("A function must be the last part of a path");
  }
}

/** What ends a name that is written without quotes. */
const afterName = /[.[\](),=!<>&|~\s'"]/;

function readDotted(reader: Reader): Segment {
  if (reader.take("*")) return { kind: "wildcard" };
  const name = reader.until(afterName);
  if (name === "") {
    throw reader.done ? new JsonPathError("Path must not end with a '.' or '..'") : reader.unexpected();
  }
  if (reader.peek() !== "(") return { kind: "name", names: [name] };
  reader.take("(");
  return { kind: "function", name, parameters: readParameters(reader) };
}

function readParameters(reader: Reader): readonly Operand[] {
  const parameters: Operand[] = [];
  reader.space();
  if (reader.take(")")) return parameters;
  do {
    parameters.push(readOperand(reader));
    reader.space();
  } while (reader.take(","));
  reader.expect(")");
  return parameters;
}

function readBracket(reader: Reader): Segment {
  reader.expect("[");
  reader.space();
  const segment = readInBracket(reader);
  reader.space();
  reader.expect("]");
  return segment;
}

function readInBracket(reader: Reader): Segment {
  if (reader.take("*")) return { kind: "wildcard" };
  if (reader.take("?")) {
    reader.space();
    reader.expect("(");
    const condition = readCondition(reader);
    reader.space();
    reader.expect(")");
    return { kind: "filter", condition };
  }
  const next = reader.peek();
  if (next === "'" || next === '"') return { kind: "name", names: readList(reader, () => reader.quoted()) };
  const from = reader.integer();
  reader.space();
  if (reader.take(":")) {
    reader.space();
    const to = reader.integer();
    if (reader.peek() === ":") throw new JsonPathError("A slice has no step: [from:to]");
    return { kind: "slice", from, to };
  }
  if (from === undefined) throw reader.unexpected();
  const indexes = [from];
  while (reader.take(",")) {
    reader.space();
    const index = reader.integer();
    if (index === undefined) throw reader.unexpected();
    indexes.push(index);
    reader.space();
  }
  return { kind: "index", indexes };
}

function readList<T>(reader: Reader, read: () => T): readonly T[] {
  const items: T[] = [];
  do {
    reader.space();
    items.push(read());
    reader.space();
  } while (reader.take(","));
  return items;
}
