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

/** Objects within objects become classes too. */
export function classesOf(content: string, type: Type): readonly Class[] {
  const found = new Map<string, Class>();
  const add = (wanted: string, schema: Json): string => {
    let name = className(wanted);
    for (let n = 1; found.has(name); n++) name = `${className(wanted)}${n}`;
    found.set(name, { name, fields: [] });
    const { properties = {}, required = [] } = schema as {
      readonly properties?: Readonly<Record<string, Json>>;
      readonly required?: readonly string[];
    };
    const fields = Object.entries(properties).map(
      ([field, inner]): Field => ({
        name: field,
        type: typeOf(inner, field),
        required: required.includes(field),
      }),
    );
    found.set(name, { name, fields });
    return name;
  };
  const typeOf = (schema: Json, field: string): FieldType => {
    if (typeof schema.$ref === "string") {
      return { kind: "class", name: className(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)) };
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
          : { kind: "class", name: add(field, schema) };
      default:
        return { kind: "any" };
    }
  };
  for (const [name, schema] of Object.entries(componentsOf(content, type).components)) add(name, schema);
  return [...found.values()];
}

/** `detail-type` to `detailType`: a name that every language takes, but for its reserved words. */
export function fieldName(name: string): string {
  const made = className(name);
  return made.charAt(0).toLowerCase() + made.slice(1);
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
