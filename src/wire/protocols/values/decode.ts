// The walk over a parsed JSON or CBOR tree that makes it an operation's input:
// checks types, converts blobs and timestamps, drops nulls and members that the
// model does not know. It works in place, because the tree is fresh and ours,
// and touches nothing where nothing must change.

import type { Member, Shape, StructureShape } from "../../../model/shapes.ts";
import { compiled } from "../compiled.ts";
import { maxDepth, mismatch, tooDeep, Unreadable } from "../unreadable.ts";
import { cbor, type Dialect, json, readTimestampValue } from "./dialect.ts";
import { setOwn } from "./own-property.ts";

export type Decode = (value: unknown, depth: number) => unknown;
type Reading = Pick<Dialect, "name" | "readBlob">;
type Fields = ReadonlyMap<string, Field>;

interface Field {
  readonly name: string;
  readonly renamed: boolean;
  readonly decode: Decode;
}

/** The compiled walk of a shape, from JSON values. */
export const jsonDecoder = decoders(json);
/** The compiled walk of a shape, from CBOR values. */
export const cborDecoder = decoders(cbor);

/** The walk of a structure's members without an HTTP binding: a REST body. */
export const jsonBodyDecoder = compiled((shape: StructureShape) =>
  structure(() => fieldsOf(shape, jsonDecoder, (member) => member.location === undefined)),
);

function decoders(dialect: Reading): (shape: Shape) => Decode {
  const of: (shape: Shape) => Decode = compiled((shape) => compile(shape, dialect, of));
  return of;
}

function compile(shape: Shape, dialect: Reading, of: (shape: Shape) => Decode): Decode {
  switch (shape.kind) {
    case "structure":
      return structure(() => fieldsOf(shape, of, () => true));
    case "list":
      return list(() => of(shape.member.shape));
    case "map":
      return map(() => of(shape.value.shape));
    case "string":
      return string;
    case "integer":
      return integer;
    case "long":
      return long;
    case "float":
      return float;
    case "double":
      return double;
    case "boolean":
      return boolean;
    case "blob":
      return dialect.readBlob;
    case "timestamp":
      return readTimestampValue;
    case "document":
      return document;
  }
}

function fieldsOf(
  shape: StructureShape,
  of: (shape: Shape) => Decode,
  includes: (member: Member) => boolean,
): Fields {
  const fields = new Map<string, Field>();
  for (const member of shape.members.values()) {
    if (!includes(member)) continue;
    const { name, wireName } = member;
    fields.set(wireName, {
      name,
      renamed: name !== wireName,
      decode: member.jsonValue === true ? jsonText : of(member.shape),
    });
  }
  return fields;
}

// Models are cyclic: what a shape contains is compiled when the first value comes.
function structure(compileFields: () => Fields): Decode {
  let fields: Fields | undefined;
  return (value, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw mismatch(value, "structure");
    if (depth > maxDepth) throw tooDeep();
    fields ??= compileFields();
    const object = value as Record<string, unknown>;
    let clean = true;
    for (const key in object) {
      const field = fields.get(key);
      const member = object[key];
      if (field === undefined || member === null || field.renamed) {
        clean = false;
        continue;
      }
      const decoded = field.decode(member, depth + 1);
      if (decoded !== member) object[key] = decoded;
    }
    return clean ? object : rebuilt(object, fields, depth);
  };
}

/** The rare case: members to drop or rename, so a new object; what was decoded stays as it is. */
function rebuilt(object: Record<string, unknown>, fields: Fields, depth: number): object {
  const result: Record<string, unknown> = {};
  for (const key in object) {
    const field = fields.get(key);
    const member = object[key];
    if (field === undefined || member === null) continue;
    setOwn(result, field.name, field.renamed ? field.decode(member, depth + 1) : member);
  }
  return result;
}

function list(compileMember: () => Decode): Decode {
  let decode: Decode | undefined;
  return (value, depth) => {
    if (!Array.isArray(value)) throw mismatch(value, "list");
    if (depth > maxDepth) throw tooDeep();
    decode ??= compileMember();
    for (let at = 0; at < value.length; at++) {
      const item: unknown = value[at];
      if (item === null) throw new Unreadable("Unexpected null value in list");
      const decoded = decode(item, depth + 1);
      if (decoded !== item) value[at] = decoded;
    }
    return value;
  };
}

function map(compileValue: () => Decode): Decode {
  let decode: Decode | undefined;
  return (value, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw mismatch(value, "map");
    if (depth > maxDepth) throw tooDeep();
    decode ??= compileValue();
    const object = value as Record<string, unknown>;
    for (const key in object) {
      const item = object[key];
      if (item === null) {
        delete object[key];
        continue;
      }
      const decoded = decode(item, depth + 1);
      if (decoded !== item) setOwn(object, key, decoded);
    }
    return object;
  };
}

const string: Decode = (value) => {
  if (typeof value !== "string") throw mismatch(value, "String");
  return value;
};

/** A text that is JSON, which some clients send as the JSON value itself. */
const jsonText: Decode = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const boolean: Decode = (value) => {
  if (typeof value !== "boolean") throw mismatch(value, "Boolean");
  return value;
};

const integer: Decode = (value) => {
  if (!Number.isInteger(value)) throw mismatch(value, "Integer");
  return value;
};

const long: Decode = (value) => {
  if (!Number.isInteger(value)) throw mismatch(value, "Long");
  return value;
};

const float: Decode = (value) => floating(value, "Float");
const double: Decode = (value) => floating(value, "Double");

function floating(value: unknown, expected: "Float" | "Double"): number {
  if (typeof value === "number") return value;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw mismatch(value, expected);
}

/** Any JSON value, but not one that would exhaust the stack of whoever walks it next. */
const document: Decode = (value, depth) => {
  if (depth > maxDepth) throw tooDeep();
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) document(item, depth + 1);
  }
  return value;
};
