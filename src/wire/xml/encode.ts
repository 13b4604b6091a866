// Shapes into XML, by closures compiled once per form and shape.

import { RawJson } from "../../model/raw-json.ts";
import type { Member, Shape, StructureShape, XmlNamespace } from "../../model/shapes.ts";
import { compiled } from "../protocols/compiled.ts";
import { jsonDecoder } from "../protocols/values/decode.ts";
import { textWriter } from "../protocols/values/scalars.ts";
import { flattenedName, isFlattened, type XmlForm } from "./form.ts";
import { escapeAttribute, escapeText } from "./write.ts";

/** The whole of a value in XML: its element, or elements where it is flattened. */
type Write = (value: unknown) => string;

interface StructureWriter {
  content(value: unknown): string;
  /** With a leading space each; empty where there are none. */
  attributes(value: unknown): string;
}

type Includes = (member: Member) => boolean;
const all: Includes = () => true;
const inBody: Includes = (member) => member.location === undefined;

const wholeWriters = writersOf(all);
const bodyWriters = writersOf(inBody);

/** One element of the given name holding a structure. */
export function encodeXml(
  form: XmlForm,
  shape: StructureShape,
  name: string,
  value: object,
  namespace?: string,
): string {
  const writer = wholeWriters(form)(shape);
  const xmlns = namespace === undefined ? "" : ` xmlns="${escapeAttribute(namespace)}"`;
  const content = writer.content(value);
  const open = `<${name}${xmlns}${writer.attributes(value)}`;
  return content === "" ? `${open}/>` : `${open}>${content}</${name}>`;
}

/** The members of a structure without an element around them; without those bound to HTTP. */
export function encodeXmlMembers(form: XmlForm, shape: StructureShape, value: object): string {
  return bodyWriters(form)(shape).content(value);
}

function writersOf(includes: Includes): (form: XmlForm) => (shape: StructureShape) => StructureWriter {
  return compiled((form: XmlForm) => compiled((shape) => compileStructure(form, shape, includes)));
}

function compileStructure(form: XmlForm, shape: StructureShape, includes: Includes): StructureWriter {
  let fields: { readonly name: string; readonly write: Write }[] | undefined;
  const attributes = [...shape.members.values()].filter((member) => member.xmlAttribute === true);
  return {
    content(value) {
      fields ??= ordered(shape)
        .filter((member) => member.xmlAttribute !== true && includes(member))
        .map((member) => ({ name: member.name, write: memberWriter(form, member, form.memberName(member)) }));
      const object = unraw(shape, value) as Record<string, unknown>;
      let text = "";
      for (const field of fields) {
        const content = object[field.name];
        if (content !== undefined && content !== null) text += field.write(content);
      }
      return text;
    },
    attributes(value) {
      let text = "";
      for (const member of attributes) {
        const content = (value as Record<string, unknown>)[member.name];
        if (content === undefined || content === null) continue;
        text += ` ${member.wireName}="${escapeAttribute(String(content))}"`;
      }
      return text;
    },
  };
}

function ordered(shape: StructureShape): readonly Member[] {
  const members = [...shape.members.values()];
  const { xmlOrder } = shape;
  if (xmlOrder === undefined) return members;
  const place = (member: Member): number => {
    const at = xmlOrder.indexOf(member.name);
    return at < 0 ? xmlOrder.length : at;
  };
  return members.sort((one, other) => place(one) - place(other));
}

function memberWriter(form: XmlForm, member: Member, name: string): Write {
  const { shape } = member;
  switch (shape.kind) {
    case "structure": {
      const prefixed = prefixedNamespace(member.xmlNamespace ?? shape.xmlNamespace);
      const writer = wholeWriters(form)(shape);
      return (value) => {
        const content = writer.content(value);
        return `<${name}${prefixed}${writer.attributes(value)}>${content}</${name}>`;
      };
    }
    case "list": {
      const flat = isFlattened(member);
      const itemName = flat ? flattenedName(member, name) : form.memberName(shape.member);
      let write: Write | undefined;
      return (value) => {
        write ??= memberWriter(form, shape.member, itemName);
        let text = "";
        for (const item of unraw(shape, value) as readonly unknown[]) text += write(item);
        return flat ? text : `<${name}>${text}</${name}>`;
      };
    }
    case "map":
      return mapWriter(form, member, name);
    default: {
      const write = textWriter(shape, member, form);
      return (value) => `<${name}>${escapeText(write(value))}</${name}>`;
    }
  }
}

function mapWriter(form: XmlForm, member: Member, name: string): Write {
  const { shape } = member;
  if (shape.kind !== "map") throw new Error(`${shape.name} is not a map.`);
  const flat = isFlattened(member);
  const entry = flat ? name : "entry";
  let writeKey: Write | undefined;
  let writeValue: Write | undefined;
  return (value) => {
    writeKey ??= memberWriter(form, shape.key, form.memberName(shape.key));
    writeValue ??= memberWriter(form, shape.value, form.memberName(shape.value));
    let text = "";
    for (const [key, item] of Object.entries(unraw(shape, value) as object)) {
      if (item === undefined || item === null) continue;
      text += `<${entry}>${writeKey(key)}${writeValue(item)}</${entry}>`;
    }
    return flat ? text : `<${name}>${text}</${name}>`;
  };
}

/** Only prefixed namespaces are declared below the root: S3's `xsi` on Grantee. */
function prefixedNamespace(namespace: XmlNamespace | undefined): string {
  if (namespace?.prefix === undefined) return "";
  return ` xmlns:${namespace.prefix}="${escapeAttribute(namespace.uri)}"`;
}

function unraw(shape: Shape, value: unknown): unknown {
  return value instanceof RawJson ? jsonDecoder(shape)(value.parse(), 0) : value;
}
