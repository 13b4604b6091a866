// A body as templates and mappings look at it: text, and what JSONPath finds in
// it. It is parsed once, when something looks inside.

import { compileJsonPath, type JsonPath } from "../../lang/json-path/compile.ts";
import { JsonPathError } from "../../lang/json-path/path-error.ts";
import { VtlError } from "../../lang/vtl/error.ts";
import type { Value } from "../../lang/vtl/value.ts";
import type { JsonValue } from "../../model/shapes.ts";

export interface Body {
  readonly text: () => string;
  /** Throws `BodyError` where the text is no JSON; of an empty text, an empty object. */
  readonly json: () => JsonValue;
}

/** A body that is looked into although it is no JSON. */
export class BodyError extends Error {
  override readonly name = "BodyError";
}

export function textBody(text: string): Body {
  let parsed: { readonly value: JsonValue } | undefined;
  return {
    text: () => text,
    json: () => {
      parsed ??= { value: text.trim() === "" ? {} : parse(text) };
      return parsed.value;
    },
  };
}

/** A body of bytes, read as text when something looks. */
export function bytesBody(bytes: Buffer): Body {
  let body: Body | undefined;
  const read = (): Body => {
    body ??= textBody(bytes.toString());
    return body;
  };
  return { text: () => read().text(), json: () => read().json() };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new BodyError((error as Error).message);
  }
}

const paths = new Map<string, JsonPath>();
const mostPaths = 1000;

/** Null where the path leads nowhere. Throws `VtlError` where it is no path. */
export function pathIn(body: Body, text: string): Value {
  if (text === "$") return body.json() as Value;
  let path = paths.get(text);
  if (path === undefined) {
    if (paths.size >= mostPaths) paths.clear();
    path = compiled(text);
    paths.set(text, path);
  }
  return (path.find(body.json()) ?? null) as Value;
}

function compiled(text: string): JsonPath {
  try {
    return compileJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) throw new VtlError(error.message);
    throw error;
  }
}
