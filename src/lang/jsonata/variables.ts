// Which variables an expression looks at.

import { createRequire } from "node:module";
import type jsonataFunction from "jsonata";

// The library takes milliseconds to load, which only those who use it should wait for.
const load = createRequire(import.meta.url);

/** The names after `$`, in the order in which they come. Throws what the parser throws. */
export function variablesIn(text: string): readonly string[] {
  const parse = load("jsonata") as typeof jsonataFunction;
  const found = new Set<string>();
  collect(parse(text).ast(), found);
  return [...found];
}

function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, found);
  } else if (typeof node === "object" && node !== null) {
    const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
    if (type === "variable" && typeof value === "string" && value !== "") found.add(value);
    for (const inner of Object.values(node)) collect(inner, found);
  }
}
