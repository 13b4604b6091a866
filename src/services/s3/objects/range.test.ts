// Ranges: which bytes they are, which cannot be, and which are ignored.

import { expect, test } from "vitest";
import { readRange } from "./range.ts";

test.each([
  ["bytes=0-0", 0, 0],
  ["bytes=2-5", 2, 5],
  ["bytes=2-", 2, 9],
  ["bytes=-4", 6, 9],
  ["bytes=-40", 0, 9],
  ["bytes=9-99", 9, 9],
])("%s of ten bytes", (text, start, end) => {
  expect(readRange(text, 10)).toEqual({ start, end });
});

test.each([undefined, "", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b"])(
  "%s means all of it",
  (text) => expect(readRange(text, 10)).toBeUndefined(),
);

test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s of ten bytes cannot be", (text) => {
  expect(() => readRange(text, 10)).toThrow("The requested range is not satisfiable");
});
