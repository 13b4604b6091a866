// Whole documents as plain JavaScript, for tests of expressions against an
// evaluator that knows nothing of attribute values.

import fc from "fast-check";
import type { AttributeValue, Item } from "../../values/attribute-value.ts";

export type Plain = string | number | boolean | null | Set<string> | Plain[] | { [name: string]: Plain };
export type Document = { [name: string]: Plain };
export type Path = readonly (string | number)[];

export function typeOf(value: Plain): string {
  if (value === null) return "NULL";
  if (value instanceof Set) return "SS";
  if (Array.isArray(value)) return "L";
  return { string: "S", number: "N", boolean: "BOOL", object: "M" }[typeof value as "string"];
}

export function attributeValue(value: Plain): AttributeValue {
  if (value === null) return { NULL: true };
  if (value instanceof Set) return { SS: [...value] };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  if (typeof value === "object") return { M: item(value) };
  if (typeof value === "number") return { N: String(value) };
  return typeof value === "string" ? { S: value } : { BOOL: value };
}

export function item(document: Document): Item {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, attributeValue(value)]));
}

/** Equal texts for equal values. */
export function canonical(value: Plain | undefined): string {
  return JSON.stringify(value, (_key, part) => {
    if (part instanceof Set) return { set: [...part].sort() };
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return { map: Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)) };
  });
}

export function at(document: Document, path: Path): Plain | undefined {
  let value: Plain | undefined = document;
  for (const step of path) {
    if (value === undefined || value === null || typeof value !== "object" || value instanceof Set)
      return undefined;
    if (Array.isArray(value) !== (typeof step === "number")) return undefined;
    value = (value as { [step: string | number]: Plain })[step];
  }
  return value;
}

export const text = (path: Path) =>
  path
    .map((step, place) => (typeof step === "number" ? `[${step}]` : place === 0 ? step : `.${step}`))
    .join("");

export const scalar: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom("", "m", "mt", "z"),
  fc.integer({ min: -3, max: 12 }),
  fc.boolean(),
  fc.constant(null),
);
export const strings = fc
  .uniqueArray(fc.constantFrom("m", "mt", "z"), { minLength: 1 })
  .map((all) => new Set(all));
export const value: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    strings,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("x", "y"), tie("value"), { maxKeys: 2 }),
  ),
})).value;
export const document: fc.Arbitrary<Document> = fc.record(
  {
    a: value,
    b: value,
    n: fc.integer({ min: -3, max: 12 }),
    m: fc.oneof(
      { weight: 3, arbitrary: fc.dictionary(fc.constantFrom("x", "y"), value) },
      { weight: 1, arbitrary: value },
    ),
    l: fc.oneof({ weight: 3, arbitrary: fc.array(value, { maxLength: 3 }) }, { weight: 1, arbitrary: value }),
    s: fc.oneof({ weight: 3, arbitrary: strings }, { weight: 1, arbitrary: value }),
  },
  { requiredKeys: [] },
);
export const path: fc.Arbitrary<Path> = fc.constantFrom(
  ["a"],
  ["b"],
  ["n"],
  ["s"],
  ["m"],
  ["l"],
  ["m", "x"],
  ["m", "y"],
  ["m", "x", 0],
  ["l", 0],
  ["l", 1],
  ["l", 1, "y"],
);

/** Names literals as they come, and remembers them. */
export function naming() {
  const values: Record<string, AttributeValue> = {};
  const name = (literal: Plain) => {
    const key = `:v${Object.keys(values).length}`;
    values[key] = attributeValue(literal);
    return key;
  };
  return {
    name,
    given: () => (Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
}
