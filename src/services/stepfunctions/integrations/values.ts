// Values on their way between a state's JSON and an API's model: names,
// timestamps, bytes and JSON within texts.

import type { BlobShape, ByteStream, Member, Shape, StructureShape } from "../../../model/shapes.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { capitalized, sdkMemberName } from "./names.ts";

/** `sdk`: the names and timestamps of `aws-sdk` integrations; otherwise those of optimized ones. */
export type Style = "sdk" | "optimized";

type JsonObject = Readonly<Record<string, Json>>;

/** A field that the operation does not have. */
export class UnknownField extends Error {
  override readonly name = "UnknownField";
}

/** The operation's input. Throws `UnknownField`. */
export function inputFor(shape: StructureShape | undefined, value: Json, style: Style): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnknownField("The task's input must be an object");
  }
  return shape === undefined ? {} : structureIn(shape, value as JsonObject, style);
}

function structureIn(shape: StructureShape, value: JsonObject, style: Style): object {
  const made: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const member = memberOf(shape, name, style);
    if (member === undefined)
      throw new UnknownField(`The field "${name}" is not supported by Step Functions`);
    if (inner !== null) made[member.name] = valueIn(member.shape, inner, style);
  }
  return made;
}

export function memberOf(shape: StructureShape, name: string, style: Style): Member | undefined {
  for (const member of shape.members.values()) {
    if (capitalized(member.name) === name) return member;
    if (style === "sdk" && sdkMemberName(member.name) === name) return member;
  }
  return undefined;
}

function valueIn(shape: Shape, value: Json, style: Style): unknown {
  switch (shape.kind) {
    case "structure":
      return isObject(value) ? structureIn(shape, value, style) : value;
    case "list":
      return Array.isArray(value) ? value.map((each) => valueIn(shape.member.shape, each, style)) : value;
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, valueIn(shape.value.shape, inner, style)]),
      );
    case "string":
      if (typeof value === "string") return value;
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "blob":
      return bytesIn(shape, value);
    case "timestamp":
      return timeIn(value);
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "document":
      return value;
    default:
      return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))
        ? Number(value)
        : value;
  }
}

/** A streamed body is the JSON text of the value, quotes and all, as on AWS; other bytes are the text's own. */
function bytesIn(shape: BlobShape, value: Json): unknown {
  const text = typeof value === "string" && !shape.streaming ? value : JSON.stringify(value);
  const bytes = Buffer.from(text);
  return shape.streaming ? streamOf(bytes) : bytes;
}

async function* streamOf(bytes: Uint8Array): ByteStream {
  yield bytes;
}

/** Milliseconds since the epoch; texts in ISO 8601, numbers in seconds. */
function timeIn(value: Json): unknown {
  if (typeof value === "number") return value * 1000;
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? value : at;
}

/** The operation's output as a state's JSON. Reads streams to their end. */
export async function outputFrom(
  shape: StructureShape | undefined,
  value: object,
  style: Style,
): Promise<Record<string, Json>> {
  const made: Record<string, Json> = {};
  for (const member of shape?.members.values() ?? []) {
    const inner = (value as Readonly<Record<string, unknown>>)[member.name];
    if (inner === undefined || inner === null) continue;
    const streaming = member.shape.kind === "blob" && member.shape.streaming;
    made[nameOut(member, style)] = streaming
      ? (await collect(inner as ByteStream | Uint8Array)).toString()
      : valueOut(member.shape, inner, style);
  }
  return made;
}

export function nameOut(member: Member, style: Style): string {
  return style === "sdk" ? sdkMemberName(member.name) : capitalized(member.name);
}

export function valueOut(shape: Shape, value: unknown, style: Style): Json {
  switch (shape.kind) {
    case "structure": {
      const made: Record<string, Json> = {};
      for (const member of shape.members.values()) {
        const inner = (value as Readonly<Record<string, unknown>>)[member.name];
        if (inner !== undefined && inner !== null)
          made[nameOut(member, style)] = valueOut(member.shape, inner, style);
      }
      return made;
    }
    case "list":
      return (value as readonly unknown[]).map((each) => valueOut(shape.member.shape, each, style));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([name, inner]) => [
          name,
          valueOut(shape.value.shape, inner, style),
        ]),
      );
    case "timestamp":
      return style === "sdk" ? isoTime(value as number) : (value as number);
    case "blob":
      return textOf(value as Uint8Array);
    default:
      return value as Json;
  }
}

/** Without a fraction where it is zero, as Java's `Instant` prints it. */
function isoTime(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** Text where the bytes are text, Base64 otherwise. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString();
  return text.includes("\uFFFD") ? buffer.toString("base64") : text;
}

/** A state's data ends at 256 KiB. */
const longestBody = 262_144;

/** What is small, a service may give whole. */
async function collect(stream: ByteStream | Uint8Array): Promise<Buffer> {
  if (stream instanceof Uint8Array) return Buffer.from(stream);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > longestBody) {
      throw new StateError(
        "States.DataLimitExceeded",
        "The state/task returned a result with a size exceeding the maximum number of bytes service limit.",
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
