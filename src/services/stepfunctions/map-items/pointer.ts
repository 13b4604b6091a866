// The place of the items within a JSON document: an array, or an object whose
// fields become items of a key and a value.

import type { Json } from "../asl/data/scope.ts";
import { readerFailed } from "./object.ts";

/** `pointer` is a JSON Pointer (RFC 6901): `/orders/0/lines`. */
export function* pointed(document: Json, pointer: string | undefined): Generator<Json> {
  let at: Json | undefined = document;
  for (const token of (pointer ?? "").split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) {
      throw readerFailed(`The ItemsPointer ${pointer ?? ""} leads nowhere`);
    }
    at = (at as Readonly<Record<string, Json>>)[name];
  }
  if (Array.isArray(at)) yield* at as readonly Json[];
  else if (typeof at === "object" && at !== null) {
    for (const [Key, Value] of Object.entries(at)) yield { Key, Value };
  } else throw readerFailed("Attempting to map over non-iterable node.");
}
