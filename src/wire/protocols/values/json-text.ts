// JSON text in and out of bytes: parsing a body, and printing a tree in which
// raw JSON may stand, whose bytes are copied and not parsed.

import { isUtf8 } from "node:buffer";
import { RawJson } from "../../../model/raw-json.ts";
import { Unreadable } from "../unreadable.ts";
import { bufferOf } from "./base64.ts";
import type { Encode, Encoding } from "./encode.ts";

/** An empty body is an empty object: clients without input send none. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  // Decoding would put replacement characters, which would then be stored as if they had been sent.
  if (!isUtf8(body)) throw new Unreadable("Could not parse request body into json: invalid UTF-8");
  const text = bufferOf(body).toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (text.trim() === "") return {};
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Unreadable(`Could not parse request body into json: ${reason}`, { cause });
  }
}

/** The output as JSON text, or as bytes where raw JSON was copied into it. */
export function printJson(output: unknown, encode: Encode | undefined): string | Uint8Array {
  if (encode === undefined) return JSON.stringify(output);
  const encoding: Encoding = { raw: false };
  const tree = encode(output, encoding);
  return encoding.raw ? splice(tree) : JSON.stringify(tree);
}

/** Puts text members at the head of a printed object. */
export function withHead(
  head: Readonly<Record<string, string>>,
  printed: string | Uint8Array,
): string | Uint8Array {
  const prefix = JSON.stringify(head).slice(0, -1);
  if (prefix === "{") return printed;
  // After `{` comes either `}` or a member.
  const comma = printed.length > 2 ? "," : "";
  return typeof printed === "string"
    ? prefix + comma + printed.slice(1)
    : Buffer.concat([Buffer.from(prefix + comma), printed.subarray(1)]);
}

function splice(tree: unknown): Uint8Array {
  const pieces: Pieces = { text: "", parts: [] };
  write(tree, pieces);
  pieces.parts.push(Buffer.from(pieces.text));
  return Buffer.concat(pieces.parts);
}

interface Pieces {
  /** Not yet among the parts. */
  text: string;
  readonly parts: Uint8Array[];
}

function write(value: unknown, pieces: Pieces): void {
  if (typeof value !== "object" || value === null) {
    pieces.text += JSON.stringify(value) ?? "null";
  } else if (value instanceof RawJson) {
    if (pieces.text !== "") pieces.parts.push(Buffer.from(pieces.text));
    pieces.text = "";
    pieces.parts.push(value.bytes);
  } else if (Array.isArray(value)) {
    writeList(value, pieces);
  } else {
    writeObject(value as Record<string, unknown>, pieces);
  }
}

function writeList(list: readonly unknown[], pieces: Pieces): void {
  let comma = "[";
  for (const item of list) {
    pieces.text += comma;
    write(item, pieces);
    comma = ",";
  }
  pieces.text += list.length === 0 ? "[]" : "]";
}

function writeObject(object: Record<string, unknown>, pieces: Pieces): void {
  let comma = "{";
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    pieces.text += `${comma}${JSON.stringify(key)}:`;
    write(value, pieces);
    comma = ",";
  }
  pieces.text += comma === "{" ? "{}" : "}";
}
