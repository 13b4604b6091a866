// What `kill -9` and a full disk leave: a process of its own writes under load, and is ended.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { StoreLockedError } from "../errors.ts";
import { readPairs } from "../testing/pairs.ts";
import { bundleWriter, killWriters, startWriter } from "../testing/writer-process.ts";
import { openLmdbStore } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-crash-"));
beforeAll(bundleWriter);
afterEach(killWriters);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function stored(directory: string): Promise<ReadonlySet<number>> {
  const store = await openLmdbStore({ directory });
  try {
    return await readPairs(store);
  } finally {
    await store.close();
  }
}

/** After how many acknowledgements the n-th writer is killed: now and then at once, mostly under way. */
const killAfter = (round: number) => (round * 389) % 700;

describe.each([
  ["process", 20],
  ["disk", 5],
] as const)("a writer of durability %s, killed %i times", (durability, rounds) => {
  test("loses no acknowledged transaction and leaves none in part", { timeout: 60_000 }, async () => {
    const directory = join(root, durability);
    const acknowledged = new Set<number>();
    let first = 0;
    for (let round = 1; round <= rounds; round++) {
      const writer = startWriter({ directory, durability, first });
      let count = 0;
      let killed: Promise<void> | undefined;
      for await (const line of writer.lines) {
        if (line !== "open") {
          expect(line).toMatch(/^\d+$/);
          acknowledged.add(Number(line));
        }
        if (count++ === killAfter(round)) killed = writer.kill();
      }
      await killed;
      const found = await stored(directory);
      const lost = [...acknowledged].filter((number) => !found.has(number));
      expect(lost).toEqual([]);
      first = Math.max(-1, ...found) + 1;
    }
    expect(acknowledged.size).toBeGreaterThan(rounds * 50);
  });
});

test("a data directory is locked while its process lives, and free when it was killed", async () => {
  const directory = join(root, "locked");
  const writer = startWriter({ directory });
  const lines = writer.lines[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("open");
  const refused = await openLmdbStore({ directory }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StoreLockedError);
  expect(refused).toMatchObject({ pid: writer.process.pid, message: expect.stringContaining(directory) });
  await writer.kill();
  await stored(directory);
});

test.each(["process", "disk"] as const)(
  "on a full disk a transaction of durability %s fails with StoreWriteError, and those before stand",
  async (durability) => {
    const directory = join(root, `full-${durability}`);
    const writer = startWriter({ directory, durability, fileLimit: 2_000 });
    const lines: string[] = [];
    for await (const line of writer.lines) lines.push(line);
    const numbers = lines.filter((line) => /^\d+$/.test(line)).map(Number);
    expect(lines.filter((line) => !/^\d+$/.test(line))).toEqual(["open", "StoreWriteError"]);
    expect(numbers.length).toBeGreaterThan(10);
    const found = await stored(directory);
    expect(numbers.filter((number) => !found.has(number))).toEqual([]);
  },
);
