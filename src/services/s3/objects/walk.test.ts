// The walk against a plain model: all keys sorted by their bytes, grouped, and
// cut into pages of any size.

import fc from "fast-check";
import { expect, test } from "vitest";
import { pack } from "../../../base/tuple.ts";
import { type Row, type Scan, walk } from "./walk.ts";

function scanOf(keys: readonly string[]): Scan<Row> {
  const rows = [...new Set(keys)].map((key) => ({ key, position: pack([key]) }));
  rows.sort((a, b) => (a.position < b.position ? -1 : 1));
  return async ({ start, end }, limit) =>
    rows.filter(({ position }) => position >= start && position < end).slice(0, limit);
}

/** What a list shows, told plainly. */
function plainly(keys: readonly string[], prefix: string, delimiter: string | undefined): readonly string[] {
  const shown = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + delimiter!.length);
    });
  return [...new Set(shown)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

async function pages(
  scan: Scan<Row>,
  prefix: string,
  delimiter: string | undefined,
  limit: number,
): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  let marker: string | undefined;
  for (;;) {
    const page = await walk(scan, { prefix, delimiter, marker, limit });
    const texts = [...page.rows.map((row) => row.key), ...page.prefixes];
    found.push(texts.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    if (!page.truncated) return found;
    marker = page.last;
  }
}

const key = fc
  .array(fc.constantFrom("a", "b", "/", "-", "é", "\u0000", "\uffee", "\u{10000}"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((letters) => letters.join(""));

test("every key shows once, in order, whatever the prefix, the delimiter and the size of pages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 40 }),
      fc.constantFrom("", "a", "a/", "/", "é"),
      fc.constantFrom(undefined, "/", "b/", "-"),
      fc.integer({ min: 1, max: 10 }),
      async (keys, prefix, delimiter, limit) => {
        const expected = plainly(keys, prefix, delimiter);
        const found = await pages(scanOf(keys), prefix, delimiter, limit);
        expect(found.flat()).toEqual(expected);
        expect(found.length).toBe(Math.max(1, Math.ceil(expected.length / limit)));
      },
    ),
  );
});

test("a group of any size costs one leap", async () => {
  const keys = Array.from({ length: 5000 }, (_, at) => `a/${at}`);
  const scan = scanOf([...keys, "b"]);
  let scanned = 0;
  const counted: Scan<Row> = async (range, limit) => {
    const rows = await scan(range, limit);
    scanned += rows.length;
    return rows;
  };
  const page = await walk(counted, { prefix: "", delimiter: "/", limit: 1000 });
  expect([page.prefixes, page.rows.map((row) => row.key), page.truncated]).toEqual([["a/"], ["b"], false]);
  expect(scanned).toBeLessThan(1100);
});

test("a page of no keys is the last", async () => {
  const page = await walk(scanOf(["a"]), { prefix: "", delimiter: undefined, limit: 0 });
  expect(page).toEqual({ rows: [], prefixes: [], truncated: false, last: undefined });
});
