import { expect, test } from "vitest";
import { pythonText, slotOrder } from "./python-text.ts";

// What Python 2.7 prints for `{...}.keys()`.
test.each([
  ["a b c", "a c b"],
  ["swagger info paths", "info paths swagger"],
  ["type httpMethod uri", "httpMethod type uri"],
  ["one two three four five six seven", "seven six three two four five one"],
])("the keys %s stand in the order of their slots", (given, expected) => {
  expect(slotOrder(given.split(" ")).join(" ")).toBe(expected);
});

test("texts, lists, numbers and the rest are printed as Python prints them", () => {
  const value = { a: ["it's", 'say "x"', "both ' and \"", "line\n"], b: { c: null, d: true, e: 1.5 } };
  expect(pythonText(value, (text) => text.length === 1)).toBe(
    `{'a': [u"it's", u'say "x"', u'both \\' and "', u'line\\n'], 'b': {'c': None, 'e': 1.5, 'd': True}}`,
  );
});
