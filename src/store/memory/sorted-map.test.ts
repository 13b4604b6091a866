// The ordered map against a plain one.

import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedMap } from "./sorted-map.ts";

const key = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, "0"));
const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("set" as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deleteRange" as const), key, end: key }) },
);

function scan(map: SortedMap<number>, start: string, end: string, reverse: boolean): [string, number][] {
  const found: [string, number][] = [];
  map.scan({ start, end }, reverse, (at, value) => found.push([at, value]) > 0);
  return found;
}

test("a sorted map is a map whose scans are in order", () => {
  const property = fc.property(
    fc.array(operation, { maxLength: 1_500, size: "max" }),
    key,
    key,
    (operations, start, end) => {
      const map = new SortedMap<number>();
      const model = new Map<string, number>();
      for (const [at, one] of operations.entries()) {
        if (one.do === "set") {
          map.set(one.key, at);
          model.set(one.key, at);
        } else if (one.do === "delete") {
          map.delete(one.key);
          model.delete(one.key);
        } else {
          map.deleteRange({ start: one.key, end: one.end });
          for (const old of model.keys()) if (one.key <= old && old < one.end) model.delete(old);
        }
      }
      const expected = [...model].filter(([at]) => start <= at && at < end).sort();
      expect(scan(map, start, end, false)).toEqual(expected);
      expect(scan(map, start, end, true)).toEqual(expected.reverse());
      expect(map.size).toBe(model.size);
      for (const [at, value] of model) expect(map.get(at)).toBe(value);
      expect(map.get("none")).toBeUndefined();
    },
  );
  fc.assert(property, { numRuns: 60 });
});

test("a sorted map holds what is set in ascending and descending order", () => {
  const map = new SortedMap<number>();
  const name = (number: number) => String(number).padStart(6, "0");
  for (let number = 5_000; number < 10_000; number++) map.set(name(number), number);
  for (let number = 4_999; number >= 0; number--) map.set(name(number), number);
  expect(scan(map, "", "~", false).map(([, value]) => value)).toEqual(
    Array.from({ length: 10_000 }, (_, at) => at),
  );
});
