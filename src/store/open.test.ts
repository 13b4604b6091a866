// Store and blobs opened together, as the cloud opens them.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pack } from "../base/tuple.ts";
import { StoreLockedError } from "./errors.ts";
import { openStore } from "./open.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-open-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const key = pack(["a"]);

describe("openStore", () => {
  test("finds store and blobs again in a data directory, and an empty work directory", async () => {
    const dataDirectory = join(root, "data", "nested");
    const first = await openStore({ dataDirectory });
    const { id } = await first.blobs.put(Buffer.from("blob"));
    await first.store.transact((tx) => tx.put(key, Buffer.from(id)));
    writeFileSync(join(first.workDirectory, "left"), "over");
    await first.store.close();

    const again = await openStore({ dataDirectory, durability: "disk" });
    const found = String(await again.store.read((tx) => tx.get(key)));
    expect(existsSync(await again.blobs.file(found))).toBe(true);
    expect(readdirSync(again.workDirectory)).toEqual([]);
    await again.store.close();
  });

  test("leaves the blobs and the work of a directory alone that another has", async () => {
    const dataDirectory = join(root, "shared");
    const owner = await openStore({ dataDirectory });
    writeFileSync(join(owner.workDirectory, "mine"), "");
    await expect(openStore({ dataDirectory })).rejects.toThrow(StoreLockedError);
    expect(readdirSync(owner.workDirectory)).toEqual(["mine"]);
    await owner.store.close();
  });

  test("leaves nothing of an ephemeral cloud when it closes", async () => {
    const { store, blobs, workDirectory } = await openStore({ ephemeral: true });
    const { id } = await blobs.put(Buffer.from("blob"));
    expect(existsSync(await blobs.file(id))).toBe(true);
    await store.transact((tx) => tx.put(key, new Uint8Array(1)));
    await store.close();
    expect(existsSync(workDirectory)).toBe(false);
  });
});
