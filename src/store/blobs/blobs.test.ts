// The blob conformance suite against each adapter, and what only files have to do.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { canLend, type LendingStream } from "../../model/shapes.ts";
import { blobConformance, content } from "./conformance.ts";
import { openFileBlobs } from "./files.ts";
import { createMemoryBlobs } from "./memory.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-blobs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const fresh = () => join(root, String(count++));

describe("blobs in memory", () => blobConformance(() => createMemoryBlobs(fresh())));

describe.each(["process", "disk"] as const)("blobs in files, of durability %s", (durability) => {
  blobConformance(() => openFileBlobs(fresh(), durability));

  test("are still there when they are opened again; what was half written is not", async () => {
    const directory = fresh();
    const { id } = await openFileBlobs(directory, durability).put(content(10));
    writeFileSync(join(directory, "incoming", "half"), "half");
    const again = openFileBlobs(directory, durability);
    expect(readdirSync(join(directory, "incoming"))).toEqual([]);
    expect(await again.file(id)).toContain(id.slice(2));
  });

  test("lend the pieces of a range, one after another", async () => {
    const bytes = content(1_000_000);
    const blobs = openFileBlobs(fresh(), durability);
    const { id } = await blobs.put(bytes);
    for (let round = 0; round < 2; round++) {
      const stream = await blobs.get(id, { start: 10, end: 899_999 });
      expect(canLend(stream)).toBe(true);
      const pieces: Uint8Array[] = [];
      await (stream as LendingStream).lend(async (piece) => {
        await Promise.resolve();
        pieces.push(Uint8Array.from(piece));
      });
      expect(Buffer.concat(pieces).equals(bytes.subarray(10, 900_000))).toBe(true);
    }
  });

  test("stop lending where the taker fails", async () => {
    const blobs = openFileBlobs(fresh(), durability);
    const { id } = await blobs.put(content(1_000_000));
    const stream = (await blobs.get(id)) as LendingStream;
    let taken = 0;
    const taking = stream.lend(async () => {
      taken++;
      throw new Error("enough");
    });
    await expect(taking).rejects.toThrow("enough");
    expect(taken).toBe(1);
  });

  test("list nothing but blobs", async () => {
    const directory = fresh();
    const blobs = openFileBlobs(directory, durability);
    mkdirSync(join(directory, "not-ours"));
    await blobs.put(content(10));
    const found = [];
    for await (const blob of blobs.list()) found.push(blob);
    expect(found.length).toBe(1);
  });
});
