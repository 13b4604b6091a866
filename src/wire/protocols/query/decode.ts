// Form parameters into shapes, by closures compiled once per dialect and shape.
// The two dialects differ in names and in that ec2 knows only flattened lists.

import type { Member, Shape, StructureShape } from "../../../model/shapes.ts";
import { flattenedName, isFlattened, queryMemberName } from "../../xml/form.ts";
import { compiled } from "../compiled.ts";
import { Unreadable } from "../unreadable.ts";
import { setOwn } from "../values/own-property.ts";
import { textReader } from "../values/scalars.ts";
import { type FormNode, numbered } from "./form.ts";

type Decode = (node: FormNode) => unknown;

export interface QueryDialect {
  memberName(member: Member): string;
  readonly alwaysFlattened: boolean;
}

export const queryDialect: QueryDialect = { memberName: queryMemberName, alwaysFlattened: false };

export const ec2Dialect: QueryDialect = {
  memberName: (member) => member.queryName ?? capitalized(member.wireName),
  alwaysFlattened: true,
};

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const decoders = compiled((dialect: QueryDialect) => compiled((shape: Shape) => compile(dialect, shape)));

/** Throws `Unreadable` for a parameter that does not fit its shape. */
export function decodeForm(dialect: QueryDialect, shape: StructureShape, form: FormNode): object {
  return decoder(dialect, shape)(form) as object;
}

function decoder(dialect: QueryDialect, shape: Shape): Decode {
  return decoders(dialect)(shape);
}

function compile(dialect: QueryDialect, shape: Shape): Decode {
  switch (shape.kind) {
    case "structure":
      return structure(dialect, shape);
    case "list":
      return list(dialect, shape.member, dialect.alwaysFlattened || shape.flattened);
    case "map":
      return map(dialect, shape.key, shape.value, dialect.alwaysFlattened || shape.flattened);
    default: {
      const read = textReader(shape);
      return (node) => {
        if (node.value === undefined) {
          throw new Unreadable("Start of structure or map found where not expected.");
        }
        return read(node.value);
      };
    }
  }
}

interface Field {
  readonly name: string;
  readonly decode: Decode;
}

function structure(dialect: QueryDialect, shape: StructureShape): Decode {
  let fields: Map<string, Field> | undefined;
  return (node) => {
    fields ??= fieldsOf(dialect, shape);
    const object: Record<string, unknown> = {};
    for (const [name, child] of node.children) {
      const field = fields.get(name);
      if (field !== undefined) object[field.name] = field.decode(child);
    }
    return object;
  };
}

function fieldsOf(dialect: QueryDialect, shape: StructureShape): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const member of shape.members.values()) {
    const flat = dialect.alwaysFlattened || isFlattened(member);
    const name = dialect.memberName(member);
    const key = flat && !dialect.alwaysFlattened ? flattenedName(member, name) : name;
    fields.set(key, { name: member.name, decode: memberDecoder(dialect, member, flat) });
  }
  return fields;
}

/** A member may flatten a list whose shape does not. */
function memberDecoder(dialect: QueryDialect, member: Member, flat: boolean): Decode {
  const { shape } = member;
  if (flat && shape.kind === "list" && !shape.flattened) return list(dialect, shape.member, true);
  if (flat && shape.kind === "map" && !shape.flattened) return map(dialect, shape.key, shape.value, true);
  return decoder(dialect, shape);
}

/** `Names=` is how clients send an empty list. */
function list(dialect: QueryDialect, member: Member, flat: boolean): Decode {
  const name = dialect.memberName(member);
  let decode: Decode | undefined;
  return (node) => {
    decode ??= decoder(dialect, member.shape);
    const parent = flat ? node : node.children.get(name);
    return parent === undefined ? [] : numbered(parent).map(decode);
  };
}

function map(dialect: QueryDialect, key: Member, value: Member, flat: boolean): Decode {
  const keyName = dialect.memberName(key);
  const valueName = dialect.memberName(value);
  let decode: Decode | undefined;
  return (node) => {
    decode ??= decoder(dialect, value.shape);
    const result: Record<string, unknown> = {};
    const parent = flat ? node : node.children.get("entry");
    for (const entry of parent === undefined ? [] : numbered(parent)) {
      const name = entry.children.get(keyName)?.value;
      const content = entry.children.get(valueName);
      if (name === undefined) throw new Unreadable("A map entry has no key.");
      if (content !== undefined) setOwn(result, name, decode(content));
    }
    return result;
  };
}
