// The walk over an operation's output that makes it a JSON tree. Shapes in
// which nothing needs conversion have no walk at all and go to JSON.stringify
// as they are; the others are copied only where something changes.

import { RawJson } from "../../../model/raw-json.ts";
import type { Member, Shape, StructureShape } from "../../../model/shapes.ts";
import { compiled } from "../compiled.ts";
import { json } from "./dialect.ts";
import { setOwn } from "./own-property.ts";
import { formatOf } from "./timestamps.ts";

/** Filled during one walk. */
export interface Encoding {
  /** Set where raw JSON stands somewhere in the tree. */
  raw: boolean;
}

export type Encode = (value: unknown, encoding: Encoding) => unknown;

interface Field {
  readonly wireName: string;
  readonly encode: Encode;
}

/** Undefined where the value is its own JSON form. */
export const jsonEncoder: (shape: Shape) => Encode | undefined = compiled((shape) =>
  isPlain(shape) ? undefined : compile(shape, undefined),
);

/** The walk of a structure's members without an HTTP binding: a REST body. */
export const jsonBodyEncoder = compiled((shape: StructureShape) =>
  structure(shape, (member) => member.location === undefined),
);

function memberEncoder(member: Member): Encode {
  const { shape } = member;
  const encode = shape.kind === "timestamp" ? compile(shape, member) : jsonEncoder(shape);
  return encode ?? asItIs;
}

/** Plain is a shape from which no blob, timestamp, float or renamed member can be reached. */
function isPlain(shape: Shape): boolean {
  const seen = new Set<Shape>([shape]);
  for (const each of seen) {
    switch (each.kind) {
      case "blob":
      case "timestamp":
      case "float":
      case "double":
        return false;
      case "structure":
        for (const member of each.members.values()) {
          if (member.wireName !== member.name) return false;
          seen.add(member.shape);
        }
        break;
      case "list":
        seen.add(each.member.shape);
        break;
      case "map":
        seen.add(each.value.shape);
        break;
      default:
    }
  }
  return true;
}

function compile(shape: Shape, member: Member | undefined): Encode {
  switch (shape.kind) {
    case "structure":
      return structure(shape, () => true);
    case "list":
      return list(() => memberEncoder(shape.member));
    case "map":
      return map(() => memberEncoder(shape.value));
    case "blob":
      return (value, encoding) =>
        value instanceof Uint8Array ? json.writeBlob(value) : asItIs(value, encoding);
    case "timestamp": {
      const format = formatOf(shape, member, "unixTimestamp");
      return (value, encoding) =>
        typeof value === "number" ? json.writeTimestamp(value, format) : asItIs(value, encoding);
    }
    case "float":
    case "double":
      return (value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
    default:
      return asItIs;
  }
}

const asItIs: Encode = (value, encoding) => {
  if (typeof value === "object" && value instanceof RawJson) encoding.raw = true;
  return value;
};

function structure(shape: StructureShape, includes: (member: Member) => boolean): Encode {
  let fields: Map<string, Field> | undefined;
  return (value, encoding) => {
    if (value instanceof RawJson) return asItIs(value, encoding);
    fields ??= fieldsOf(shape, includes);
    const object = value as Record<string, unknown>;
    let copy: Record<string, unknown> | undefined;
    for (const key in object) {
      const member = object[key];
      const field = fields.get(key);
      if (field === undefined || member === undefined || member === null) {
        // Not on the wire: the service's own, bound elsewhere, or absent.
        copy ??= copyBefore(object, key, fields);
        continue;
      }
      const encoded = field.encode(member, encoding);
      if (copy !== undefined) copy[field.wireName] = encoded;
      else if (encoded !== member || field.wireName !== key) {
        copy = copyBefore(object, key, fields);
        copy[field.wireName] = encoded;
      }
    }
    return copy ?? object;
  };
}

function fieldsOf(shape: StructureShape, includes: (member: Member) => boolean): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const member of shape.members.values()) {
    if (includes(member)) {
      fields.set(member.name, { wireName: member.wireName, encode: memberEncoder(member) });
    }
  }
  return fields;
}

/** All members before `end`: they were found to be their own wire form. */
function copyBefore(
  object: Record<string, unknown>,
  end: string,
  fields: ReadonlyMap<string, Field>,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in object) {
    if (key === end) break;
    if (fields.has(key)) copy[key] = object[key];
  }
  return copy;
}

function list(compileMember: () => Encode): Encode {
  let encode: Encode | undefined;
  return (value, encoding) => {
    if (!Array.isArray(value)) return asItIs(value, encoding);
    encode ??= compileMember();
    let copy: unknown[] | undefined;
    for (let at = 0; at < value.length; at++) {
      const encoded = encode(value[at], encoding);
      if (copy !== undefined) copy.push(encoded);
      else if (encoded !== value[at]) copy = [...value.slice(0, at), encoded];
    }
    return copy ?? value;
  };
}

function map(compileValue: () => Encode): Encode {
  let encode: Encode | undefined;
  return (value, encoding) => {
    if (value instanceof RawJson) return asItIs(value, encoding);
    encode ??= compileValue();
    const object = value as Record<string, unknown>;
    let copy: Record<string, unknown> | undefined;
    for (const key in object) {
      const item = object[key];
      const encoded = encode(item, encoding);
      if (encoded === item) continue;
      copy ??= { ...object };
      setOwn(copy, key, encoded);
    }
    return copy ?? object;
  };
}
