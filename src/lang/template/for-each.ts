// `Fn::ForEach` of AWS::LanguageExtensions: loops that a template writes out
// before anything else is done with it.

import { TemplateError } from "./error.ts";
import { type Fields, isFields, type Value } from "./value.ts";

/** Writes all loops out. `items` gives a collection that is a reference to a parameter. */
export function writeOutLoops(template: Fields, items: (collection: Value) => readonly string[]): Fields {
  return walk(template, new Map(), items) as Fields;
}

type Names = ReadonlyMap<string, string>;

function walk(value: Value, names: Names, items: (collection: Value) => readonly string[]): Value {
  if (typeof value === "string") return replaced(value, names);
  if (Array.isArray(value)) return value.map((each) => walk(each, names, items));
  if (!isFields(value)) return value;
  const [only] = Object.keys(value);
  const result: Record<string, Value> = {};
  for (const [key, each] of Object.entries(value)) {
    if (key.startsWith("Fn::ForEach::")) {
      for (const [name, inner] of Object.entries(loop(key, each, names, items))) result[name] = inner;
    } else result[replaced(key, names)] = walk(each, names, items);
  }
  // A loop's variable may also be referred to as if it were a parameter.
  if (only === "Ref" && typeof value.Ref === "string" && names.has(value.Ref)) return names.get(value.Ref)!;
  return result;
}

function loop(
  key: string,
  value: Value,
  names: Names,
  items: (collection: Value) => readonly string[],
): Fields {
  const [identifier, collection, body] = Array.isArray(value) ? value : [];
  if (typeof identifier !== "string" || collection === undefined || !isFields(body))
    throw new TemplateError(`Template format error: ${key} layout is incorrect`);
  const result: Record<string, Value> = {};
  const given = walk(collection, names, items);
  const all = Array.isArray(given)
    ? given.flatMap((each) => (isFields(each) ? items(each) : [String(each)]))
    : items(given);
  for (const item of all) {
    const inner = walk(body, new Map([...names, [identifier, item]]), items) as Fields;
    for (const [name, each] of Object.entries(inner)) {
      if (name in result) throw new TemplateError(`Template format error: ${key} makes ${name} twice`);
      result[name] = each;
    }
  }
  return result;
}

/** `${Name}` is the item, `&{Name}` what is left of it when only letters and digits are kept. */
function replaced(text: string, names: Names): string {
  if (names.size === 0) return text;
  return text.replace(/([$&])\{([A-Za-z0-9]+)\}/g, (whole, sign: string, name: string) => {
    const item = names.get(name);
    if (item === undefined) return whole;
    return sign === "&" ? item.replace(/[^A-Za-z0-9]/g, "") : item;
  });
}
