// XML elements into shapes, by closures compiled once per shape: the bodies of
// REST XML requests. Elements the model does not know are dropped.

import { isUtf8 } from "node:buffer";
import type { Member, Shape, StructureShape } from "../../model/shapes.ts";
import { compiled } from "../protocols/compiled.ts";
import { bufferOf } from "../protocols/values/base64.ts";
import { setOwn } from "../protocols/values/own-property.ts";
import { textReader } from "../protocols/values/scalars.ts";
import type { XmlElement } from "./element.ts";
import { flattenedName, isFlattened } from "./form.ts";
import { readXml, XmlError } from "./read.ts";

type Decode = (element: XmlElement) => unknown;
type Fields = ReadonlyMap<string, Field>;

interface Field {
  readonly name: string;
  readonly decode: Decode;
  /** A flattened list or map takes its elements one at a time. */
  readonly add?: (target: unknown, element: XmlElement) => unknown;
}

const decoder = compiled(compile);

/** Throws `XmlError` for what is not XML and `Unreadable` for what does not fit the shape. */
export function decodeXml(shape: StructureShape, body: Uint8Array): object {
  if (!isUtf8(body)) throw new XmlError("The document is not in UTF-8.");
  return decoder(shape)(readXml(bufferOf(body).toString())) as object;
}

function compile(shape: Shape): Decode {
  switch (shape.kind) {
    case "structure":
      return structure(shape);
    case "list": {
      let decode: Decode | undefined;
      return (element) => {
        decode ??= decoder(shape.member.shape);
        const list: unknown[] = [];
        for (const child of element.children) {
          if (child.name === shape.member.wireName) list.push(decode(child));
        }
        return list;
      };
    }
    case "map":
      return (element) => {
        const map: Record<string, unknown> = {};
        for (const child of element.children) {
          if (child.name === "entry") addEntry(shape.key, shape.value, map, child);
        }
        return map;
      };
    default: {
      const read = textReader(shape);
      return (element) => read(element.text);
    }
  }
}

function structure(shape: StructureShape): Decode {
  let fields: Fields | undefined;
  const attributes = [...shape.members.values()].filter((member) => member.xmlAttribute === true);
  return (element) => {
    fields ??= fieldsOf(shape);
    const object: Record<string, unknown> = {};
    for (const child of element.children) {
      const field = fields.get(child.name);
      if (field === undefined) continue;
      const { name, decode, add } = field;
      object[name] = add === undefined ? decode(child) : add(object[name], child);
    }
    for (const { name, wireName } of attributes) {
      // `xsi:type`, whatever prefix the client gave the namespace.
      const text = element.attributes.get(wireName.slice(wireName.indexOf(":") + 1));
      if (text !== undefined) object[name] = text;
    }
    return object;
  };
}

function fieldsOf(shape: StructureShape): Fields {
  const fields = new Map<string, Field>();
  for (const member of shape.members.values()) {
    if (member.xmlAttribute === true || member.location !== undefined) continue;
    const { name, wireName } = member;
    const flat = isFlattened(member);
    const adder = flat ? flatAdder(member.shape) : undefined;
    const field: Field = {
      name,
      decode: decoder(member.shape),
      ...(adder === undefined ? {} : { add: adder }),
    };
    fields.set(flat ? flattenedName(member, wireName) : wireName, field);
  }
  return fields;
}

function flatAdder(shape: Shape): Field["add"] {
  if (shape.kind === "list") {
    const decode = decoder(shape.member.shape);
    return (target, element) => {
      const list = (target ?? []) as unknown[];
      list.push(decode(element));
      return list;
    };
  }
  if (shape.kind === "map") {
    return (target, element) => {
      const map = (target ?? {}) as Record<string, unknown>;
      addEntry(shape.key, shape.value, map, element);
      return map;
    };
  }
  return undefined;
}

function addEntry(key: Member, value: Member, map: Record<string, unknown>, entry: XmlElement): void {
  const keyElement = entry.children.find((child) => child.name === key.wireName);
  const valueElement = entry.children.find((child) => child.name === value.wireName);
  if (keyElement !== undefined && valueElement !== undefined) {
    setOwn(map, keyElement.text, decoder(value.shape)(valueElement));
  }
}
