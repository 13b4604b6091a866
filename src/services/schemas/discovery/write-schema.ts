// Shapes written as schemas: OpenAPI 3 and JSON Schema draft 4, in the form that
// AWS's discovery writes them. Objects inside become schemas of their own name.

import type { Shape } from "./shape.ts";

type Json = Readonly<Record<string, unknown>>;

export interface EventKind {
  readonly source: string;
  readonly detailType: string;
}

/** `Order Placed` to `OrderPlaced`: a name for a schema. */
export function className(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(name) ? name : `T${name}`;
}

export function openApi(shape: Shape, kind: EventKind | undefined): string {
  const { components } = written(shape, kind, "#/components/schemas/");
  const title = kind === undefined ? "Event" : className(kind.detailType);
  return JSON.stringify({
    openapi: "3.0.0",
    info: { version: "1.0.0", title },
    paths: {},
    components: { schemas: components },
  });
}

export function jsonSchema(shape: Shape, kind: EventKind | undefined): string {
  const { components, root } = written(shape, kind, "#/definitions/");
  const { [root]: own, ...definitions } = components;
  const title = kind === undefined ? "Event" : className(kind.detailType);
  return JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    title,
    definitions,
    ...own,
  });
}

/** The root comes first, as `AWSEvent` where it is the envelope of one. */
function written(shape: Shape, kind: EventKind | undefined, prefix: string) {
  const components: Record<string, Json> = {};
  const root = kind === undefined ? "Event" : "AWSEvent";

  const reserve = (wanted: string): string => {
    let name = wanted;
    for (let n = 1; name in components; n++) name = `${wanted}_${n}`;
    components[name] = {};
    return name;
  };
  const reference = (inner: Shape, wanted: string): Json => {
    const name = reserve(wanted);
    components[name] = write(inner, name);
    return { $ref: prefix + name };
  };
  const member = (inner: Shape, name: string): Json => {
    if (inner.kind === "object") {
      return reference(
        inner,
        kind !== undefined && name === "detail" ? className(kind.detailType) : className(name),
      );
    }
    if (inner.kind === "array" && inner.items.kind === "object") {
      return { type: "array", items: reference(inner.items, `${className(name)}Item`) };
    }
    return write(inner, name);
  };
  const write = (inner: Shape, name: string): Json => {
    switch (inner.kind) {
      case "object":
        return {
          type: "object",
          ...(inner.required.length === 0 ? {} : { required: inner.required }),
          ...(name === root && kind !== undefined
            ? { "x-amazon-events-detail-type": kind.detailType, "x-amazon-events-source": kind.source }
            : {}),
          properties: Object.fromEntries(
            Object.entries(inner.properties).map(([each, value]) => [each, member(value, each)]),
          ),
        };
      case "array":
        return { type: "array", items: member(inner.items, name) };
      case "date-time":
        return { type: "string", format: "date-time" };
      case "any":
        return { type: "object" };
      default:
        return { type: inner.kind };
    }
  };
  reserve(root);
  components[root] = write(shape, root);
  return { components, root };
}

/** Undefined where it is no event of EventBridge's. */
export function kindOf(event: unknown): EventKind | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const { source, "detail-type": detailType, detail } = event as Readonly<Record<string, unknown>>;
  if (typeof source !== "string" || typeof detailType !== "string" || detail === undefined) return undefined;
  return { source, detailType };
}
