// Values end where JSON says so, whatever is in them.

import fc from "fast-check";
import { expect, it } from "vitest";
import { lineAndColumn, valueEnd } from "./json-span.ts";

it("property: a value ends before what follows it", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(",1", " ]", "}", ' "a"'), (value, more) => {
      expect(valueEnd(`${value}${more}`, 0)).toBe(value.length);
    }),
  );
});

it("counts lines and columns from one", () => {
  expect(lineAndColumn("ab", 0)).toBe("line: 1, column: 1");
  expect(lineAndColumn("a\nbc", 4)).toBe("line: 2, column: 3");
});
