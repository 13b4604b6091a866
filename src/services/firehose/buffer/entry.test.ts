import fc from "fast-check";
import { expect, test } from "vitest";
import { arrivalOf, type BufferedRecord, decodeEntry, encodeEntry, sizeOf } from "./entry.ts";

const origin = fc.record({
  sequenceNumber: fc.string(),
  subsequenceNumber: fc.nat(),
  partitionKey: fc.string(),
  shardId: fc.string(),
});
const record: fc.Arbitrary<BufferedRecord> = fc.record({
  data: fc.uint8Array(),
  at: fc.nat(),
  origin: fc.option(origin, { nil: undefined }),
});

test("records come out of an entry as they went in", () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1 }), (records) => {
      const value = encodeEntry(records);
      const plain = decodeEntry(value).map((each) => ({ ...each, data: new Uint8Array(each.data) }));
      expect(plain).toEqual(records);
      expect(sizeOf(value)).toBe(records.reduce((sum, { data }) => sum + data.length, 0));
      expect(arrivalOf(value)).toBe(Math.min(...records.map(({ at }) => at)));
    }),
  );
});

test("an entry may hold more records than a call takes parameters", () => {
  const data = Buffer.from("x");
  const records = Array.from({ length: 200_000 }, (_each, at) => ({ data, at: 200_000 - at }));
  const value = encodeEntry(records);
  expect(arrivalOf(value)).toBe(1);
  expect(decodeEntry(value)).toHaveLength(200_000);
});
