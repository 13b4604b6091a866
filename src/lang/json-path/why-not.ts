// Explains a path that led nowhere, in the words that AWS's services pass on to
// their users.

import type { JsonValue } from "../../model/shapes.ts";
import { elementAt, member } from "./definite.ts";
import type { Segment } from "./segment.ts";

export function whyNot(segments: readonly Segment[], root: JsonValue): string {
  let at: JsonValue = root;
  let path = "$";
  for (const [position, segment] of segments.entries()) {
    const leaf = position === segments.length - 1;
    if (segment.kind === "name" && segment.names.length === 1) {
      const name = segment.names[0]!;
      const here = `${path}['${name}']`;
      if (typeof at !== "object" || at === null || Array.isArray(at)) {
        return `Expected to find an object with property ['${name}'] in path ${path} but found '${javaType(at)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`;
      }
      const found = member(at, name);
      if (found === undefined) return `${leaf ? "No results for path:" : "Missing property in path"} ${here}`;
      [at, path] = [found, here];
    } else if (segment.kind === "index" && segment.indexes.length === 1) {
      const index = segment.indexes[0]!;
      if (!Array.isArray(at)) {
        return `Filter: [${index}] can only be applied to arrays. Current context is: ${JSON.stringify(at)}`;
      }
      const found = elementAt(at, index);
      if (found === undefined) return `No results for path: ${path}[${index}]`;
      [at, path] = [found, `${path}[${index}]`];
    } else {
      return `Filter: ${describe(segment)} can not be applied to primitives. Current context is: ${JSON.stringify(at)}`;
    }
  }
  return `No results for path: ${path}`;
}

function describe(segment: Segment): string {
  if (segment.kind === "slice") return `[${segment.from ?? ""}:${segment.to ?? ""}]`;
  if (segment.kind === "index") return `[${segment.indexes.join(",")}]`;
  return segment.kind === "function" ? `${segment.name}()` : "[?]";
}

function javaType(value: JsonValue): string {
  if (value === null) return "com.fasterxml.jackson.databind.node.NullNode";
  if (Array.isArray(value)) return "com.fasterxml.jackson.databind.node.ArrayNode";
  if (typeof value === "string") return "com.fasterxml.jackson.databind.node.TextNode";
  if (typeof value === "boolean") return "com.fasterxml.jackson.databind.node.BooleanNode";
  return Number.isInteger(value)
    ? "com.fasterxml.jackson.databind.node.IntNode"
    : "com.fasterxml.jackson.databind.node.DoubleNode";
}
