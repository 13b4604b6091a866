// References by names that only SAM knows (`MyFunction.Version`, a layer's id
// without its hash) become references to what was made.

import { type Fields, isFields, type Value } from "../template/value.ts";

export function renamed(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (!isFields(value)) return value;
  const result: Record<string, Value> = {};
  for (const [key, each] of Object.entries(value)) {
    if (key === "Ref" && typeof each === "string") result[key] = names.get(each) ?? each;
    else if (key === "Fn::GetAtt") result[key] = renamedAttribute(each, names);
    else if (key === "Fn::Sub") result[key] = renamedText(each, names);
    else result[key] = renamed(each, names);
  }
  return result;
}

/** The longest name at the beginning of a path that is dotted itself. */
function split(path: string, names: ReadonlyMap<string, string>): readonly [string, string] | undefined {
  const parts = path.split(".");
  for (let length = parts.length; length > 0; length--) {
    const id = names.get(parts.slice(0, length).join("."));
    if (id !== undefined) return [id, parts.slice(length).join(".")];
  }
  return undefined;
}

function renamedAttribute(value: Value, names: ReadonlyMap<string, string>): Value {
  const path = typeof value === "string" ? [value] : value;
  if (!Array.isArray(path) || !path.every((each) => typeof each === "string")) return renamed(value, names);
  const found = split(path.join("."), names);
  if (found === undefined) return value;
  return found[1] === "" ? [found[0]] : [...found];
}

function renamedText(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) {
    const [text = null, own = {}] = value;
    const kept = isFields(own) ? own : {};
    return [typeof text === "string" ? inText(text, names, kept) : text, renamed(own, names)];
  }
  return typeof value === "string" ? inText(value, names, {}) : value;
}

function inText(text: string, names: ReadonlyMap<string, string>, own: Fields): string {
  return text.replace(/\$\{([^}!][^}]*)\}/g, (whole, name: string) => {
    const found = name in own ? undefined : split(name.trim(), names);
    if (found === undefined) return whole;
    return `$\{${found[1] === "" ? found[0] : found.join(".")}}`;
  });
}
