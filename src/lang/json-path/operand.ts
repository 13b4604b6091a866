// What stands on either side of a comparison, and between a function's
// parentheses: a path, or a literal in JSON (texts in single quotes too).

import type { JsonValue } from "../../model/shapes.ts";
import { readSegments } from "./parse.ts";
import { JsonPathError } from "./path-error.ts";
import type { Reader } from "./reader.ts";
import type { Operand } from "./segment.ts";

export function readOperand(reader: Reader): Operand {
  reader.space();
  const next = reader.peek();
  if (next === "@" || next === "$") {
    reader.take(next);
    return { kind: "path", current: next === "@", segments: reader.nested(() => readSegments(reader)) };
  }
  if (next === "/") return readPattern(reader);
  return { kind: "literal", value: reader.nested(() => readLiteral(reader)) };
}

function readPattern(reader: Reader): Operand {
  reader.expect("/");
  let source = "";
  while (reader.peek() !== "/") {
    if (reader.done) throw reader.unexpected("/");
    if (reader.peek() === "\\") source += reader.text[reader.at++]!;
    source += reader.text[reader.at++] ?? "";
  }
  reader.expect("/");
  const flags = reader.until(/[^ims]/);
  try {
    new RegExp(source, flags);
  } catch (error) {
    throw new JsonPathError((error as Error).message);
  }
  return { kind: "pattern", source, flags };
}

const words: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

function readLiteral(reader: Reader): JsonValue {
  const next = reader.peek();
  if (next === "'" || next === '"') return reader.quoted();
  if (next === "[") return readArray(reader);
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(reader.text.slice(reader.at, reader.at + 40))?.[0];
  if (number !== undefined) {
    reader.at += number.length;
    return Number(number);
  }
  for (const [word, value] of words) if (reader.take(word)) return value;
  throw reader.unexpected();
}

function readArray(reader: Reader): JsonValue {
  reader.expect("[");
  const items: JsonValue[] = [];
  reader.space();
  if (reader.take("]")) return items;
  do {
    reader.space();
    items.push(reader.nested(() => readLiteral(reader)));
    reader.space();
  } while (reader.take(","));
  reader.expect("]");
  return items;
}
