// Shapes to CBOR and back. Writing goes by the shape, since CBOR tells a float
// from an integer and a timestamp from a number, which a bare value cannot.

import { RawJson } from "../../../model/raw-json.ts";
import type { Shape, StructureShape } from "../../../model/shapes.ts";
import { compiled } from "../compiled.ts";
import { cborDecoder, jsonDecoder } from "../values/decode.ts";
import { type Epoch, readCbor } from "./read.ts";
import { CborWriter } from "./write.ts";

type Write = (value: unknown, writer: CborWriter) => void;

const writerOf = compiled(compile);

/** Throws `Unreadable`. */
export function decodeCbor(shape: StructureShape, body: Uint8Array, epoch: Epoch = "seconds"): object {
  return body.length === 0 ? {} : (cborDecoder(shape)(readCbor(body, epoch), 0) as object);
}

/** `extra` are members beside the shape's, all of them text: an error's `__type`. */
export function encodeCbor(
  shape: StructureShape | undefined,
  value: object,
  extra: Readonly<Record<string, string>> = {},
  epoch: Epoch = "seconds",
): Uint8Array {
  const writer = new CborWriter(epoch);
  writeStructure(shape === undefined ? [] : fieldsOf(shape), unraw(shape, value), writer, extra);
  return writer.finish();
}

function compile(shape: Shape): Write {
  switch (shape.kind) {
    case "structure": {
      let fields: readonly Field[] | undefined;
      return (value, writer) => {
        fields ??= fieldsOf(shape);
        writeStructure(fields, unraw(shape, value as object), writer, {});
      };
    }
    case "list": {
      let write: Write | undefined;
      return (value, writer) => {
        write ??= writerOf(shape.member.shape);
        const list = unraw(shape, value as object) as readonly unknown[];
        writer.head(4, list.length);
        for (const item of list) write(item, writer);
      };
    }
    case "map": {
      let write: Write | undefined;
      return (value, writer) => {
        write ??= writerOf(shape.value.shape);
        const entries = Object.entries(unraw(shape, value as object)).filter(([, item]) => present(item));
        writer.head(5, entries.length);
        for (const [key, item] of entries) {
          writer.text(key);
          write(item, writer);
        }
      };
    }
    case "blob":
      return (value, writer) => writer.byteString(value as Uint8Array);
    case "timestamp":
      return (value, writer) => writer.timestamp(value as number);
    case "float":
    case "double":
      return (value, writer) => writer.double(value as number);
    default:
      return writeDocument;
  }
}

interface Field {
  readonly name: string;
  readonly wireName: string;
  readonly write: Write;
}

function fieldsOf(shape: StructureShape): readonly Field[] {
  return [...shape.members.values()].map(({ name, wireName, shape: member }) => ({
    name,
    wireName,
    write: writerOf(member),
  }));
}

function writeStructure(
  fields: readonly Field[],
  value: object,
  writer: CborWriter,
  extra: Readonly<Record<string, string>>,
): void {
  const object = value as Readonly<Record<string, unknown>>;
  const texts = Object.entries(extra);
  let count = texts.length;
  for (const { name } of fields) if (present(object[name])) count++;
  writer.head(5, count);
  for (const [name, text] of texts) {
    writer.text(name);
    writer.text(text);
  }
  for (const { name, wireName, write } of fields) {
    const member = object[name];
    if (!present(member)) continue;
    writer.text(wireName);
    write(member, writer);
  }
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Any value, by what it is: scalars whose type says enough, and documents. */
function writeDocument(value: unknown, writer: CborWriter): void {
  if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (typeof value === "number") {
    // CBOR's integers know no negative zero.
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value);
    else writer.double(value);
  } else if (value instanceof Uint8Array) writer.byteString(value);
  else if (Array.isArray(value)) {
    writer.head(4, value.length);
    for (const item of value) writeDocument(item, writer);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    writer.head(5, entries.length);
    for (const [key, item] of entries) {
      writer.text(key);
      writeDocument(item, writer);
    }
  } else writer.null();
}

function unraw(shape: Shape | undefined, value: object): object {
  if (!(value instanceof RawJson) || shape === undefined) return value;
  return jsonDecoder(shape)(value.parse(), 0) as object;
}
