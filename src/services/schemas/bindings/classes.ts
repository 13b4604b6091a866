// A schema as classes: what all code bindings are written from.

import type { Type } from "../../../model/generated/schemas.d.ts";
import { className } from "../discovery/write-schema.ts";

type Json = Readonly<Record<string, unknown>>;

export type FieldType =
  | { readonly kind: "string" | "date-time" | "number" | "integer" | "boolean" | "any" }
  | { readonly kind: "list"; readonly of: FieldType }
  | { readonly kind: "class"; readonly name: string };

export interface Field {
  /** As JSON has it. */
  readonly name: string;
  /** Begins with a capital, and no other field of the class has it: `DetailType` of `detail-type`. */
  readonly label: string;
  readonly type: FieldType;
  readonly required: boolean;
}

export interface Class {
  readonly name: string;
  readonly fields: readonly Field[];
}

export interface Components {
  readonly root: string | undefined;
  readonly components: Readonly<Record<string, Json>>;
}

/** The named schemas of a document; its root is the first, or `AWSEvent`. */
export function componentsOf(content: string, type: Type): Components {
  const document = JSON.parse(content) as Json;
  if (type === "OpenApi3") {
    const { schemas = {} } = (document.components ?? {}) as { readonly schemas?: Record<string, Json> };
    const names = Object.keys(schemas);
    return { root: names.includes("AWSEvent") ? "AWSEvent" : names[0], components: schemas };
  }
  const { definitions = {}, ...own } = document as { readonly definitions?: Record<string, Json> };
  const root = className(String(document.title ?? "Root"));
  return { root, components: { [root]: own, ...definitions } };
}

/** What one of the languages has a use for already. */
const reserved =
  "Array Boolean Class Date Double Error Function Integer List Long Map Marshaller Number Object Serializable String Symbol".split(
    " ",
  );

/** A name that is not taken yet, and is from now on. */
function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
  taken.add(name);
  return name;
}

/** Objects within objects become classes too. */
export function classesOf(content: string, type: Type): readonly Class[] {
  const found = new Map<string, Class>();
  const taken = new Set(reserved);
  const { components } = componentsOf(content, type);
  // References mean components: these get their names first.
  const names = new Map(Object.keys(components).map((each) => [each, unused(className(each), taken)]));
  const add = (name: string, schema: Json): string => {
    found.set(name, { name, fields: [] });
    const labels = new Set<string>();
    const { properties = {}, required = [] } = schema as {
      readonly properties?: Readonly<Record<string, Json>>;
      readonly required?: readonly string[];
    };
    const fields = Object.entries(properties).map(
      ([field, inner]): Field => ({
        name: field,
        label: unused(className(field), labels),
        type: typeOf(inner, field),
        required: required.includes(field),
      }),
    );
    found.set(name, { name, fields });
    return name;
  };
  const typeOf = (schema: Json, field: string): FieldType => {
    if (typeof schema.$ref === "string") {
      const name = names.get(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1));
      return name === undefined ? { kind: "any" } : { kind: "class", name };
    }
    switch (schema.type) {
      case "string":
        return { kind: schema.format === "date-time" ? "date-time" : "string" };
      case "number":
      case "integer":
      case "boolean":
        return { kind: schema.type };
      case "array":
        return { kind: "list", of: typeOf((schema.items ?? {}) as Json, `${field}Item`) };
      case "object":
        return schema.properties === undefined
          ? { kind: "any" }
          : { kind: "class", name: add(unused(className(field), taken), schema) };
      default:
        return { kind: "any" };
    }
  };
  for (const [name, schema] of Object.entries(components)) add(names.get(name)!, schema);
  return [...found.values()];
}

/** `DetailType` to `detailType`: a name that every language takes, but for its reserved words. */
export function fieldName({ label }: Field): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** `shop@OrderPlaced` to `schema`, `shop`, `orderplaced`: the folders of a binding. */
export function packageOf(schemaName: string): readonly string[] {
  const parts = schemaName
    .toLowerCase()
    .split(/[.@/]/)
    .map((part) => part.replace(/[^a-z0-9]/g, ""));
  return [
    "schema",
    ...parts.filter((part) => part !== "").map((part) => (/^\d/.test(part) ? `s${part}` : part)),
  ];
}
