// Packed tuples: they come back as they were, and order as tuples do.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, type Part, pack, prefixRange, textPrefixRange, unpack } from "./tuple.ts";

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\0", "\x01", "a", "\xff", "\u{10ffff}", "\uffff"), { maxLength: 6 })
    .map((all) => all.join("")),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -1, 1, 0.5, -0.5, 2 ** 53),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 5 }).map((all) => Uint8Array.from(all)),
);
const part: fc.Arbitrary<Part> = fc.oneof(fc.constant(null), fc.boolean(), number, bytes, text);
const tuple = fc.array(part, { maxLength: 4 });

const rank = (one: Part) =>
  one === null
    ? 0
    : typeof one === "boolean"
      ? 1
      : typeof one === "number"
        ? 2
        : typeof one === "string"
          ? 4
          : 3;

function comparePart(one: Part, other: Part): number {
  if (rank(one) !== rank(other)) return rank(one) - rank(other);
  if (typeof one === "string") return Buffer.compare(Buffer.from(one), Buffer.from(other as string));
  if (one instanceof Uint8Array) return Buffer.compare(one, other as Uint8Array);
  return Math.sign(Number(one) - Number(other)) || 0;
}

function compareTuple(one: readonly Part[], other: readonly Part[]): number {
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    const order = comparePart(one[index]!, other[index]!);
    if (order !== 0) return Math.sign(order);
  }
  return Math.sign(one.length - other.length);
}

const compareKey = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

describe("a packed tuple", () => {
  test("unpacks to itself", () => {
    fc.assert(
      fc.property(tuple, (parts) => {
        const positive = parts.map((one) => (Object.is(one, -0) ? 0 : one));
        expect(unpack(pack(parts))).toEqual(positive);
      }),
    );
  });

  test("holds one byte per character", () => {
    fc.assert(
      fc.property(tuple, (parts) => {
        const key = pack(parts);
        for (let at = 0; at < key.length; at++) expect(key.charCodeAt(at)).toBeLessThan(256);
      }),
    );
  });

  test("orders as the tuples do", () => {
    fc.assert(
      fc.property(tuple, tuple, (one, other) => {
        expect(compareKey(pack(one), pack(other))).toBe(compareTuple(one, other));
      }),
      { numRuns: 1000 },
    );
  });

  test("orders numbers by value and strings by code point", () => {
    const numbers = [
      Number.NEGATIVE_INFINITY,
      -1e300,
      -2,
      -1.5,
      -1,
      -1e-300,
      0,
      1e-300,
      0.5,
      1,
      255,
      256,
      1e9,
      2 ** 53,
    ];
    const strings = ["", "\0", "\0a", "a", "a\0", "a\0b", "a\x01", "aa", "b", "é", "\uffff", "\u{10000}"];
    for (const ordered of [numbers, strings]) {
      const keys = ordered.map((one) => pack([one]));
      expect([...keys].sort(compareKey)).toEqual(keys);
    }
  });

  test("refuses NaN, and what is not a packed tuple", () => {
    expect(() => pack([Number.NaN])).toThrow("NaN");
    for (const key of ["\x00", "\xff", "\x06abc", "\x04abc"])
      expect(() => unpack(key)).toThrow("Not a packed tuple");
  });
});

describe("prefixRange", () => {
  test("holds exactly the tuples that begin with the prefix", () => {
    fc.assert(
      fc.property(tuple, tuple, fc.boolean(), (prefix, rest, extend) => {
        const parts = extend ? [...prefix, ...rest] : rest;
        const { start, end } = prefixRange(prefix);
        const key = pack(parts);
        const begins = compareTuple(parts.slice(0, prefix.length), prefix) === 0;
        expect(start <= key && key < end).toBe(begins);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("textPrefixRange", () => {
  test("holds exactly the strings that begin with the text, and what follows them in a tuple", () => {
    fc.assert(
      fc.property(tuple, text, text, fc.boolean(), tuple, (parts, start, other, extend, rest) => {
        const whole = extend ? start + other : other;
        const range = textPrefixRange(parts, start);
        const key = pack([...parts, whole, ...rest]);
        const begins = Buffer.from(whole).subarray(0, Buffer.byteLength(start)).equals(Buffer.from(start));
        expect(range.start <= key && key < range.end).toBe(begins);
      }),
      { numRuns: 1000 },
    );
  });
});

test("after(key) is greater than the key and at most any other greater key", () => {
  fc.assert(
    fc.property(tuple, tuple, (one, other) => {
      const key = pack(one);
      expect(after(key) > key).toBe(true);
      if (pack(other) > key) expect(pack(other) >= after(key)).toBe(true);
    }),
  );
});
