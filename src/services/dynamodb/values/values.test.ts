import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttributeValue, Item } from "./attribute-value.ts";
import { compareValues, itemsEqual, valuesEqual } from "./compare.ts";
import { encodeOrdered, encodeTerminated, hashPartition } from "./key-encoding.ts";
import { decodeItem, encodeItem, storedJson, storedSize } from "./stored-item.ts";
import { newMeasure, normaliseItem, normaliseValue } from "./validate.ts";

const utf8Order = (left: string, right: string): number =>
  Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
const text = fc.string({ unit: "binary", maxLength: 12 });
const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: -60, max: 60 }))
  .map(([coefficient, scale]) => normaliseValue({ N: `${coefficient}E${scale}` }, newMeasure()));
const bytes = fc.uint8Array({ maxLength: 6 });

test("encoded strings sort by their UTF-8 bytes, as values do", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const order = utf8Order(left, right);
      const [a, b] = [encodeOrdered({ S: left }), encodeOrdered({ S: right })];
      expect(Math.sign(compareValues({ S: left }, { S: right })!)).toBe(order);
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(order);
    }),
  );
});

test("encoded numbers sort by value", () => {
  fc.assert(
    fc.property(number, number, (left, right) => {
      const [a, b] = [encodeOrdered(left), encodeOrdered(right)];
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(Math.sign(compareValues(left, right)!));
    }),
  );
});

test("terminated values keep their order whatever follows them", () => {
  const value = fc.oneof(
    text.map((S): [AttributeValue, string] => [{ S }, "S"]),
    bytes.map((B): [AttributeValue, string] => [{ B }, "B"]),
    number.map((N): [AttributeValue, string] => [N, "N"]),
  );
  fc.assert(
    fc.property(value, value, fc.string(), fc.string(), ([left, leftType], [right, rightType], a, b) => {
      fc.pre(leftType === rightType);
      const order = Math.sign(compareValues(left, right)!);
      fc.pre(order !== 0);
      expect(encodeTerminated(left) + a < encodeTerminated(right) + b ? -1 : 1).toBe(order);
    }),
  );
});

test("a partition key hashes to 16 bytes that depend on all of its values", () => {
  expect(hashPartition([{ S: "a" }])).toHaveLength(16);
  expect(hashPartition([{ S: "ü" }])).toBe(hashPartition([{ S: "ü" }]));
  expect(hashPartition([{ S: "a" }, { S: "bc" }])).not.toBe(hashPartition([{ S: "ab" }, { S: "c" }]));
});

const attributeName = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });
const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text.map((S) => ({ S })),
    number,
    bytes.map((B) => ({ B: Buffer.from(B) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc.uniqueArray(bytes, { minLength: 1, selector: String }).map((BS) => ({ BS })),
    fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(attributeName, tie("value"), { maxKeys: 3 }).map((M) => ({ M })),
  ),
})).value;

test("an item read back from its stored form is the item", () => {
  fc.assert(
    fc.property(fc.dictionary(attributeName, value, { maxKeys: 4 }), (item: Item) => {
      const measure = newMeasure();
      const canonical = normaliseItem(item, measure);
      const stored = encodeItem(canonical, measure.size, measure.binary);
      expect(itemsEqual(decodeItem(stored), canonical)).toBe(true);
      expect(storedSize(stored)).toBe(measure.size);
    }),
  );
});

test("the stored JSON is what the wire carries", () => {
  const item: Item = {
    id: { S: "ü" },
    data: { B: Uint8Array.of(1, 2, 3) },
    set: { BS: [Uint8Array.of(255)] },
  };
  const json = storedJson(encodeItem(item, 10, true));
  expect(JSON.parse(Buffer.from(json).toString())).toEqual({
    id: { S: "ü" },
    data: { B: "AQID" },
    set: { BS: ["/w=="] },
  });
});

test("attributes named as members of every object are ordinary", () => {
  const item = JSON.parse('{"__proto__":{"N":"1.0"},"constructor":{"S":"x"}}') as Item;
  const canonical = normaliseItem(item, newMeasure());
  expect(JSON.stringify(decodeItem(encodeItem(canonical, 0, false)))).toBe(
    '{"__proto__":{"N":"1"},"constructor":{"S":"x"}}',
  );
});

// Sizes by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
test.each<[Item, number]>([
  [{ id: { S: "abc" } }, 5],
  [{ id: { S: "ü" } }, 4],
  [{ n: { N: "27" } }, 3],
  [{ n: { N: "-27" } }, 4],
  [{ b: { BOOL: true } }, 2],
  [{ b: { NULL: true } }, 2],
  [{ b: { B: Uint8Array.of(1, 2, 3) } }, 4],
  [{ l: { L: [] } }, 4],
  [{ m: { M: { a: { S: "x" } } } }, 7],
  [{ l: { L: [{ S: "x" }, { S: "y" }] } }, 8],
  [{ s: { SS: ["ab", "c"] } }, 4],
])("%j has its size by AWS's rules", (item, size) => {
  const measure = newMeasure();
  normaliseItem(item, measure);
  expect(measure.size).toBe(size);
});

test.each<[AttributeValue, string]>([
  [{}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
  [
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  [{ SS: [] }, "One or more parameter values were invalid: An string set  may not be empty"],
  [{ NS: [] }, "One or more parameter values were invalid: An number set  may not be empty"],
  [{ BS: [] }, "One or more parameter values were invalid: Binary sets should not be empty"],
  [
    { SS: ["b", "a", "b", "0"] },
    'One or more parameter values were invalid: Input collection ["a", "b", "b", "0"] contains duplicates.',
  ],
  [
    { BS: [Buffer.of(0xff), Buffer.of(0), Buffer.of(0)] },
    'One or more parameter values were invalid: Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
  ],
  [{ NS: ["1", "1.0"] }, "One or more parameter values were invalid: Input collection contains duplicates."],
  [{ N: "" }, "The parameter cannot be converted to a numeric value: "],
  [
    { N: "1e9223372036854775808" },
    "The parameter cannot be converted to a numeric value: 1e9223372036854775808",
  ],
  [{ M: { "": { S: "x" } } }, "Empty attribute name"],
  [
    { NULL: false },
    "One or more parameter values were invalid: Null attribute value types must have the value of true",
  ],
  [{ M: { a: { N: "x" } } }, "The parameter cannot be converted to a numeric value: x"],
])("%j is refused", (given, message) => {
  expect(() => normaliseValue(given, newMeasure())).toThrow(
    expect.objectContaining({ message }) as unknown as Error,
  );
});

test.each<[AttributeValue, string]>([
  [
    { SS: ["b", "a", "b"] },
    "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.",
  ],
  [
    { BS: [Buffer.of(0xff), Buffer.of(0), Buffer.of(0)] },
    "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
  ],
  [{ NS: ["1", "1.0"] }, "Input collection contains duplicates"],
  [{ N: "" }, "The parameter cannot be converted to a numeric value"],
])("%j is refused in the older words", (given, message) => {
  expect(() => normaliseValue(given, newMeasure("older"))).toThrow(
    expect.objectContaining({ message }) as unknown as Error,
  );
});

test("sets are kept in order: text and bytes by their bytes, numbers by their value", () => {
  const kept = (given: AttributeValue) => normaliseValue(given, newMeasure());
  expect(kept({ SS: ["b", "é", "", "a"] })).toEqual({ SS: ["", "a", "b", "é"] });
  expect(kept({ NS: ["10", "-1", "9.50"] })).toEqual({ NS: ["-1", "9.5", "10"] });
  expect(kept({ BS: [Buffer.of(0xff), Buffer.of(0, 1), Buffer.of(0)] })).toEqual({
    BS: [Buffer.of(0), Buffer.of(0, 1), Buffer.of(0xff)],
  });
});

test("sets may hold what is empty", () => {
  for (const given of [{ SS: ["", "a"] }, { BS: [Buffer.alloc(0)] }]) {
    expect(normaliseValue(given, newMeasure())).toBe(given);
  }
});

test("nesting beyond 32 levels, the attribute being the first, is refused", () => {
  let nested: AttributeValue = { S: "x" };
  for (let level = 0; level < 31; level += 1) nested = { L: [nested] };
  normaliseValue(nested, newMeasure());
  expect(() => normaliseValue({ M: { a: nested } }, newMeasure())).toThrow(
    "Nesting Levels have exceeded supported limits",
  );
});

test("sets are equal in any order, lists only in theirs", () => {
  expect(valuesEqual({ SS: ["a", "b"] }, { SS: ["b", "a"] })).toBe(true);
  expect(
    valuesEqual({ BS: [Uint8Array.of(1), Uint8Array.of(2)] }, { BS: [Uint8Array.of(2), Uint8Array.of(1)] }),
  ).toBe(true);
  expect(valuesEqual({ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] })).toBe(false);
  expect(valuesEqual({ S: "1" }, { N: "1" })).toBe(false);
});
