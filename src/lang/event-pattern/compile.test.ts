import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileEventPattern, parseEventPattern } from "./compile.ts";
import { EventPatternError } from "./pattern-error.ts";

const matches = (pattern: unknown, event: unknown): boolean => compileEventPattern(pattern)(event);

describe("event patterns", () => {
  it.each([
    ["a literal", { a: ["x"] }, { a: "x" }, { a: "y" }],
    ["several literals", { a: ["x", 1, null, true] }, { a: null }, { a: "1" }],
    ["numbers by value", { a: [300] }, { a: 300.0 }, { a: "300" }],
    ["nested fields", { a: { b: ["x"] } }, { a: { b: "x" } }, { b: "x" }],
    ["every field of the pattern", { a: ["x"], b: ["y"] }, { a: "x", b: "y" }, { a: "x" }],
    ["one element of an array", { a: ["x"] }, { a: ["w", "x"] }, { a: ["w"] }],
    ["prefix", { a: [{ prefix: "ab" }] }, { a: "abc" }, { a: "cab" }],
    ["prefix without case", { a: [{ prefix: { "equals-ignore-case": "AB" } }] }, { a: "abc" }, { a: "cab" }],
    ["suffix", { a: [{ suffix: ".png" }] }, { a: "x.png" }, { a: "x.PNG" }],
    [
      "suffix without case",
      { a: [{ suffix: { "equals-ignore-case": ".png" } }] },
      { a: "x.PNG" },
      { a: "png" },
    ],
    ["equality without case", { a: [{ "equals-ignore-case": "AlicE" }] }, { a: "aLICe" }, { a: "alice2" }],
    ["anything-but one value", { a: [{ "anything-but": "x" }] }, { a: "y" }, { a: "x" }],
    ["anything-but several", { a: [{ "anything-but": [1, 2] }] }, { a: 3 }, { a: 2 }],
    ["anything-but needs the field", { a: [{ "anything-but": "x" }] }, { a: 1 }, {}],
    ["anything-but a prefix", { a: [{ "anything-but": { prefix: "x" } }] }, { a: "y" }, { a: "xy" }],
    ["anything-but prefixes", { a: [{ "anything-but": { prefix: ["x", "y"] } }] }, { a: "z" }, { a: "yz" }],
    ["anything-but a suffix", { a: [{ "anything-but": { suffix: "x" } }] }, { a: "xy" }, { a: "yx" }],
    [
      "anything-but without case",
      { a: [{ "anything-but": { "equals-ignore-case": ["X"] } }] },
      { a: "y" },
      { a: "x" },
    ],
    [
      "anything-but a wildcard",
      { a: [{ "anything-but": { wildcard: "*/lib/*" } }] },
      { a: "/bin/x" },
      { a: "/lib/x" },
    ],
    ["numeric equality", { a: [{ numeric: ["=", 3] }] }, { a: 3 }, { a: "3" }],
    ["a numeric range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }, { a: 0 }],
    ["exists", { a: [{ exists: true }] }, { a: null }, { b: 1 }],
    ["exists: false", { a: [{ exists: false }] }, { b: 1 }, { a: 0 }],
    ["exists only at leaves", { a: [{ exists: false }] }, { a: { b: 1 } }, { a: [1] }],
    ["exists: false below what is missing", { a: { b: [{ exists: false }] } }, {}, { a: { b: 1 } }],
    ["cidr", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.0.255" }, { a: "10.0.1.0" }],
    ["cidr of version 6", { a: [{ cidr: "2001:db8::/32" }] }, { a: "2001:db8::1" }, { a: "10.0.0.1" }],
    ["wildcard", { a: [{ wildcard: "a*c*e" }] }, { a: "abcde" }, { a: "abcd" }],
    ["an escaped wildcard", { a: [{ wildcard: "a\\*b" }] }, { a: "a*b" }, { a: "aXb" }],
    ["$or", { $or: [{ a: ["x"] }, { b: [{ numeric: [">", 1] }] }] }, { b: 2 }, { a: "y", b: 1 }],
    ["$or beside fields", { c: ["z"], $or: [{ a: ["x"] }, { b: ["y"] }] }, { a: "x", c: "z" }, { a: "x" }],
    ["one comparison of a list", { a: [{ prefix: "x" }, { exists: false }] }, {}, { a: "y" }],
  ])("matches by %s", (_name, pattern, yes, no) => {
    expect(matches(pattern, yes)).toBe(true);
    expect(matches(pattern, no)).toBe(false);
  });

  it("does not add up fields of different elements of an array of objects", () => {
    const pattern = { items: { id: [1], size: ["L"] } };
    expect(matches(pattern, { items: [{ id: 1, size: "L" }, { id: 2 }] })).toBe(true);
    expect(
      matches(pattern, {
        items: [
          { id: 1, size: "S" },
          { id: 2, size: "L" },
        ],
      }),
    ).toBe(false);
  });

  it("takes $or as a field's name where it is no list of patterns", () => {
    expect(matches({ $or: [{ prefix: "a" }, { prefix: "b" }] }, { $or: "bc" })).toBe(true);
  });

  it.each([
    ["a pattern that is no object", []],
    ["an empty pattern", {}],
    ["an empty list", { a: [] }],
    ["a bare value", { a: "x" }],
    ["an unknown operator", { a: [{ like: "x" }] }],
    ["two operators in one object", { a: [{ prefix: "x", suffix: "y" }] }],
    ["a number without numeric", { a: [{ numeric: ["=", "3"] }] }],
    ["a range that goes down", { a: [{ numeric: [">", 5, "<", 1] }] }],
    ["consecutive wildcards", { a: [{ wildcard: "a**b" }] }],
    ["a network without length", { a: [{ cidr: "10.0.0.0" }] }],
    ["exists with a word", { a: [{ exists: "yes" }] }],
    ["a list in a list", { a: [["x"]] }],
    ["texts and numbers in anything-but", { a: [{ "anything-but": ["x", 1] }] }],
  ])("refuses %s", (_name, pattern) => {
    expect(() => compileEventPattern(pattern)).toThrow(EventPatternError);
  });

  it("refuses text that is not JSON", () => {
    expect(() => parseEventPattern("{")).toThrow(EventPatternError);
  });

  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  type Leaf = typeof leaf;
  const key = fc
    .string({ minLength: 1, maxLength: 4 })
    .filter((name) => name !== "$or" && name !== "__proto__");
  const eventOf = (leaves: Leaf): fc.Arbitrary<unknown> =>
    fc.letrec((tie) => ({
      object: fc.dictionary(key, fc.oneof(leaves, fc.array(leaves, { minLength: 1 }), tie("object")), {
        minKeys: 1,
        maxKeys: 4,
      }),
    })).object;

  /** The pattern that says exactly what the event says. */
  const mirror = (value: unknown): unknown => {
    if (Array.isArray(value)) return value;
    if (typeof value !== "object" || value === null) return [value];
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mirror(inner)]));
  };

  it("property: an event matches the pattern made of itself", () => {
    fc.assert(fc.property(eventOf(leaf), (value) => void expect(matches(mirror(value), value)).toBe(true)));
  });

  it("property: an event of texts or of numbers does not match the negation of its leaves", () => {
    fc.assert(
      fc.property(fc.oneof(eventOf(fc.string() as Leaf), eventOf(fc.integer() as Leaf)), (value) => {
        const negated = JSON.parse(JSON.stringify(mirror(value)), (_name, inner: unknown) =>
          Array.isArray(inner) ? [{ "anything-but": inner }] : inner,
        );
        expect(matches(negated, value)).toBe(false);
      }),
    );
  });

  it("property: wildcards match as the regular expression of the same meaning", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }), (given, text) => {
        const pattern = given.replace(/\*+/g, "*");
        const regular = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        expect(matches({ f: [{ wildcard: pattern }] }, { f: text })).toBe(regular.test(text));
      }),
    );
  });
});
