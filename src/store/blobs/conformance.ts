// What every home of blobs must do, as one suite: each adapter's test runs it.

import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { BlobMissingError, type Blobs } from "../../core/ports/blobs.ts";
import type { ByteStream } from "../../model/shapes.ts";

const unknown = "0".repeat(32);
const sizes = [0, 1, 1_024, 65_536, 65_537, 131_073, 1_000_000];

export const content = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) % 256);

export async function* streamed(bytes: Uint8Array, chunk = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

export async function read(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function blobConformance(open: () => Blobs): void {
  let blobs: Blobs;
  beforeEach(() => {
    blobs = open();
  });

  describe.each([
    ["bytes", (bytes: Uint8Array) => bytes],
    ["a stream", (bytes: Uint8Array) => streamed(bytes)],
  ])("put of %s", (_, form) => {
    test.each(sizes)("keeps %i bytes, and tells their size", async (size) => {
      const bytes = content(size);
      const passed: Uint8Array[] = [];
      const info = await blobs.put(form(bytes), (chunk) => passed.push(chunk));
      expect(info.size).toBe(size);
      expect(Buffer.concat(passed).equals(bytes)).toBe(true);
      expect((await read(await blobs.get(info.id))).equals(bytes)).toBe(true);
      expect(readFileSync(await blobs.file(info.id)).equals(bytes)).toBe(true);
    });
  });

  test("put gives equal bytes ids of their own, so that one may be deleted without the other", async () => {
    const one = await blobs.put(content(100));
    const other = await blobs.put(content(100));
    await blobs.delete(one.id);
    expect((await read(await blobs.get(other.id))).length).toBe(100);
  });

  test("put takes an id that the caller chose, and no name of a file", async () => {
    const id = "0123456789abcdef".repeat(2);
    expect(await blobs.put(content(10), undefined, id)).toEqual({ id, size: 10 });
    expect((await read(await blobs.get(id))).equals(content(10))).toBe(true);
    await expect(blobs.put(content(10), undefined, "../format")).rejects.toThrow();
  });

  test("put of a stream that fails rejects with its error and leaves nothing", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield content(400_000);
      throw new Error("the client went away");
    }
    await expect(blobs.put(failing())).rejects.toThrow("the client went away");
    expect(await ids()).toEqual([]);
  });

  test("put keeps what it was given when the giver writes over it afterwards", async () => {
    const bytes = content(50);
    const { id } = await blobs.put(bytes);
    bytes.fill(0);
    expect((await read(await blobs.get(id))).equals(content(50))).toBe(true);
  });

  test.each([1_000, 1_000_000])("get answers ranges of %i bytes, both ends included", async (size) => {
    const bytes = content(size);
    const { id } = await blobs.put(bytes);
    const part = async (start: number, end: number) => await read(await blobs.get(id, { start, end }));
    expect((await part(0, 0)).equals(bytes.subarray(0, 1))).toBe(true);
    expect((await part(10, size - 11)).equals(bytes.subarray(10, size - 10))).toBe(true);
    expect((await part(size - 1, size + 100)).equals(bytes.subarray(size - 1))).toBe(true);
    expect((await part(size, size + 100)).length).toBe(0);
  });

  test("get goes on reading a blob that is deleted meanwhile", async () => {
    const bytes = content(1_000_000);
    const { id } = await blobs.put(bytes);
    const stream = await blobs.get(id);
    await blobs.delete(id);
    expect((await read(stream)).equals(bytes)).toBe(true);
  });

  test("get can be left early", async () => {
    const { id } = await blobs.put(content(1_000_000));
    for await (const chunk of await blobs.get(id)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });

  test("a blob that is not there is a BlobMissingError, and deleting it is none", async () => {
    for (const id of [unknown, "", "../format", "ab/cd"]) {
      await expect(blobs.get(id)).rejects.toThrow(BlobMissingError);
      await expect(blobs.file(id)).rejects.toThrow(BlobMissingError);
      await blobs.delete(id);
    }
  });

  const ids = async () => {
    const found: string[] = [];
    for await (const { id, writtenAt } of blobs.list()) {
      expect(writtenAt).toBeGreaterThan(1.6e12);
      found.push(id);
    }
    return found.sort();
  };

  test("list tells every blob, and clear removes them all", async () => {
    const put = await Promise.all([1, 2, 3].map((size) => blobs.put(content(size))));
    expect(await ids()).toEqual(put.map(({ id }) => id).sort());
    await blobs.clear();
    expect(await ids()).toEqual([]);
    await expect(blobs.get(put[0]!.id)).rejects.toThrow(BlobMissingError);
    expect((await read(await blobs.get((await blobs.put(content(5))).id))).length).toBe(5);
  });
}
