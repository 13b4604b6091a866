// Lists in headers: quoting, dates, and that every list survives the trip.

import fc from "fast-check";
import { expect, test } from "vitest";
import { joinHeaderList, splitHeaderDates, splitHeaderList } from "./header-list.ts";

test("items are parted by commas, quoted where they hold one", () => {
  expect(splitHeaderList(' a, b ,"c, \\"d\\"",e')).toEqual(["a", "b", 'c, "d"', "e"]);
  expect(splitHeaderList("")).toEqual([]);
  expect(joinHeaderList(["a", 'b,"c"'], true)).toBe('a, "b,\\"c\\""');
});

test("HTTP dates hold a comma of their own", () => {
  const dates = ["Mon, 16 Dec 2019 23:48:18 GMT", "Tue, 17 Dec 2019 23:48:18 GMT"];
  expect(splitHeaderDates(dates.join(", "))).toEqual(dates);
});

test("every list of texts reads back as it was", () => {
  const item = fc
    .string()
    .map((text) => text.trim())
    .filter((text) => text !== "" && !/^\\|\\$/.test(text));
  fc.assert(
    fc.property(fc.array(item), (items) => {
      expect(splitHeaderList(joinHeaderList(items, true))).toEqual(items);
    }),
  );
});
