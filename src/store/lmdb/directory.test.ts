// The data directory around the entries: whose it is, of what format, and what becomes of a damaged one.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { after, pack, prefixRange } from "../../base/tuple.ts";
import type { Range, Store } from "../../core/ports/store.ts";
import { KeyTooLongError, StoreCorruptError, StoreLockedError, StoreVersionError } from "../errors.ts";
import { createMemoryStore } from "../memory/store.ts";
import { maxKeyLength, openEnvironment } from "./environment.ts";
import { takeOwnership } from "./ownership.ts";
import { showPresence } from "./presence.ts";
import { thisProcess } from "./process-identity.ts";
import { openLmdbStore } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-lmdb-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const fresh = () => join(root, String(count++));
const all = prefixRange([]);
const names = (store: Store) => store.read(async (tx) => (await tx.scan(all)).map(({ key }) => key));

async function written(entries = 3): Promise<string> {
  const directory = fresh();
  const store = await openLmdbStore({ directory });
  await store.transact((tx) => {
    for (let at = 0; at < entries; at++) tx.put(pack([at]), new Uint8Array(100).fill(at));
  });
  await store.close();
  return directory;
}

describe("a data directory", () => {
  test("keeps its entries from one opening to the next, whatever the durability", async () => {
    const directory = await written();
    for (const durability of ["disk", "process"] as const) {
      const store = await openLmdbStore({ directory, durability });
      expect(await names(store)).toEqual([pack([0]), pack([1]), pack([2])]);
      await store.close();
    }
  });

  test("can be opened once at a time, also by the same process", async () => {
    const directory = await written();
    const store = await openLmdbStore({ directory });
    const refused = openLmdbStore({ directory });
    await expect(refused).rejects.toThrow(StoreLockedError);
    await expect(refused).rejects.toThrow(`${directory} is in use by process ${process.pid}`);
    expect((await names(store)).length).toBe(3);
    await store.close();
    await (await openLmdbStore({ directory })).close();
  });

  test("is still ours after it was cleared", async () => {
    const directory = await written();
    const store = await openLmdbStore({ directory });
    await store.clear();
    await expect(openLmdbStore({ directory })).rejects.toThrow(StoreLockedError);
    await store.close();
  });

  test("of a newer format is refused, and left as it is", async () => {
    const directory = await written();
    writeFileSync(join(directory, "format"), "cumulet 99\n");
    const before = readFileSync(join(directory, "store.mdb"));
    await expect(openLmdbStore({ directory })).rejects.toThrow(StoreVersionError);
    await expect(openLmdbStore({ directory })).rejects.toThrow("format 99");
    expect(readFileSync(join(directory, "store.mdb")).equals(before)).toBe(true);
    expect(readFileSync(join(directory, "format"), "utf8")).toBe("cumulet 99\n");
  });

  test("of another program is refused", async () => {
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(join(directory, "format"), "something else");
    await expect(openLmdbStore({ directory })).rejects.toThrow(StoreVersionError);
    expect(readdirSync(directory)).toEqual(["format"]);
  });
});

describe("a database file", () => {
  const garbage = Buffer.alloc(100_000, "garbage");

  test.each([
    ["is none", () => garbage],
    ["is too short to be one", () => garbage.subarray(0, 20)],
    ["holds zeros", () => Buffer.alloc(100_000)],
    ["lost its second page", (whole: Buffer) => whole.subarray(0, 8_192)],
    ["lost its second half", (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ])("that %s is refused as damaged, and left as it is", async (_, damage) => {
    const directory = await written(5_000);
    const path = join(directory, "store.mdb");
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    await expect(openLmdbStore({ directory })).rejects.toThrow(StoreCorruptError);
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });

  test("that lacks pages in use tells so when they are read, and does not end the process", async () => {
    const directory = await written(5_000);
    const path = join(directory, "store.mdb");
    const { size } = statSync(path);
    let cut = size;
    let refused: unknown;
    // Page by page, until it is something that is in use.
    while (refused === undefined && cut > size / 2) {
      cut -= 8_192;
      truncateSync(path, cut);
      const store = await openLmdbStore({ directory }).catch((error: unknown) => {
        refused = error;
      });
      refused ??= await store
        ?.read((tx) => tx.scan(all, { limit: 10_000 }))
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      await store?.close();
    }
    expect(refused).toBeInstanceOf(StoreCorruptError);
  });

  test("may be empty: so a crash at its making leaves it", async () => {
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(join(directory, "store.mdb"), "");
    const store = await openLmdbStore({ directory });
    expect(await names(store)).toEqual([]);
    await store.close();
  });
});

describe("the owner's name", () => {
  const claimAs = async (owner: object, directory = fresh()): Promise<unknown> => {
    mkdirSync(directory, { recursive: true });
    const environment = await openEnvironment(join(directory, "store.mdb"), "process");
    environment.transactionSync(() => environment.put("\0owner", Buffer.from(JSON.stringify(owner))));
    try {
      return await takeOwnership(environment, directory).catch((error: unknown) => error);
    } finally {
      await environment.close();
    }
  };

  test("means nothing when its process id is used by another process now", async () => {
    expect(await claimAs({ ...thisProcess(), started: "1" })).toHaveProperty("release");
  });

  test("means nothing after a reboot", async () => {
    expect(await claimAs({ ...thisProcess(), boot: "another" })).toHaveProperty("release");
  });

  test("means nothing when it is of a container that is gone", async () => {
    const gone = { ...thisProcess(), namespace: "pid:[1]", socket: "1-1.owner.sock" };
    expect(await claimAs(gone)).toHaveProperty("release");
  });

  test("holds while its process in another container lives", async () => {
    const directory = fresh();
    mkdirSync(directory);
    const presence = await showPresence(directory, "1-1");
    const other = { ...thisProcess(), namespace: "pid:[1]", socket: presence.name };
    expect(await claimAs(other, directory)).toBeInstanceOf(StoreLockedError);
    presence.end();
    expect(await claimAs(other, directory)).toHaveProperty("release");
  });

  test("holds while its process lives", async () => {
    expect(await claimAs(thisProcess())).toBeInstanceOf(StoreLockedError);
  });
});

describe("keys", () => {
  test("that are too long are refused, and nothing of their transaction is written", async () => {
    const store = await openLmdbStore({ directory: fresh() });
    const long = "\x06".padEnd(maxKeyLength + 1, "x");
    const writing = store.transact((tx) => {
      tx.put(pack(["a"]), new Uint8Array(1));
      tx.put(long, new Uint8Array(1));
    });
    await expect(writing).rejects.toThrow(KeyTooLongError);
    expect(await names(store)).toEqual([]);
    expect(await store.read((tx) => tx.get(long))).toBeUndefined();
    await store.close();
  });

  test("are scanned as in memory, between any bounds, also bounds that no key could have", async () => {
    const near = (length: number) =>
      fc.constantFrom("a", "b", "\x01", "\xff").map((last) => "a".repeat(length - 1) + last);
    const key = fc.oneof(
      fc
        .string({ unit: fc.constantFrom("a", "b", "\0", "\xff"), minLength: 1, maxLength: 4 })
        .map((rest) => `\x06${rest}`),
      fc.integer({ min: maxKeyLength - 1, max: maxKeyLength }).chain(near),
    );
    const bound = fc.oneof(
      key,
      key.map(after),
      fc.integer({ min: maxKeyLength - 1, max: maxKeyLength + 2 }).chain(near),
      fc.constantFrom("", "\xff"),
    );
    const disk = await openLmdbStore({ directory: fresh() });
    const memory = createMemoryStore();
    const property = fc.asyncProperty(
      fc.array(key, { maxLength: 12 }),
      bound,
      bound,
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      async (keys, start, end, reverse, limit) => {
        const look = async (store: Store, range: Range) => {
          await store.clear();
          await store.transact((tx) => {
            for (const one of keys) tx.put(one, new Uint8Array(1));
          });
          const found = await store.read((tx) => tx.scan(range, { reverse, limit }));
          await store.transact((tx) => tx.deleteRange(range));
          return [found.map((entry) => entry.key), await names(store)];
        };
        expect(await look(disk, { start, end })).toEqual(await look(memory, { start, end }));
      },
    );
    await fc.assert(property, { numRuns: 300 });
    await disk.close();
  });
});
