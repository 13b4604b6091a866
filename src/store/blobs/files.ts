// Blobs as files: `ab/cdef...` by id, spread over 256 folders. A blob is written
// under `incoming/` and renamed when it is whole, so that a crash leaves no half
// one, and what it leaves is removed at the next opening.

import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { randomIds } from "../../core/ids.ts";
import { BlobMissingError, type BlobRange, type Blobs } from "../../core/ports/blobs.ts";
import type { Durability } from "../durability.ts";
import { assertNew, isBlobId, newBlobId } from "./blob-id.ts";
import { readFileStream } from "./file-reading.ts";
import { writeFile } from "./file-writing.ts";

const incoming = "incoming";
const folderName = /^[0-9a-f]{2}$/;
/** Read at once: a thread and a stream would cost more. */
const smallSize = 64 * 1024;

/** Who opens it must be the only one, for it removes what others would have under way, unless it is `shared`. */
export function openFileBlobs(directory: string, durability: Durability, shared = false): Blobs {
  const ids = randomIds();
  const flush = durability === "disk";
  if (!shared) rmSync(join(directory, incoming), { recursive: true, force: true });
  mkdirSync(join(directory, incoming), { recursive: true });

  const folderOf = (id: string) => join(directory, id.slice(0, 2));
  const pathOf = (id: string) => {
    if (!isBlobId(id)) throw missing(id);
    return join(folderOf(id), id.slice(2));
  };

  /** To its place, and, where asked, the place's name to the disk. */
  async function settle(from: string, id: string): Promise<void> {
    try {
      renameSync(from, pathOf(id));
    } catch (error) {
      if (!isMissing(error)) throw error;
      mkdirSync(folderOf(id), { recursive: true });
      renameSync(from, pathOf(id));
      if (flush) await flushDirectory(directory);
    }
    if (flush) await flushDirectory(folderOf(id));
  }

  return {
    async put(body, onChunk, id = newBlobId(ids)) {
      assertNew(id);
      const path = join(directory, incoming, id);
      let size = 0;
      const pass = (chunk: Uint8Array) => {
        size += chunk.length;
        onChunk?.(chunk);
      };
      try {
        await writeFile(path, body, pass, flush);
        await settle(path, id);
      } catch (error) {
        rmSync(path, { force: true });
        throw error;
      }
      return { id, size };
    },

    async get(id, range) {
      const file = openBlob(pathOf(id), id);
      let taken = false;
      try {
        const { start, length } = extent(fstatSync(file).size, range);
        if (length <= smallSize) return once(readAtOnce(file, start, length));
        taken = true;
        return readFileStream(file, start, length);
      } finally {
        if (!taken) closeSync(file);
      }
    },

    async file(id) {
      const path = pathOf(id);
      if (!existsSync(path)) throw missing(id);
      return path;
    },

    async delete(id) {
      if (isBlobId(id)) await rm(pathOf(id), { force: true });
    },

    async *list() {
      for (const folder of await names(directory)) {
        if (!folderName.test(folder)) continue;
        for (const name of await names(join(directory, folder))) {
          const writtenAt = await modified(join(directory, folder, name));
          if (writtenAt !== undefined) yield { id: folder + name, writtenAt };
        }
      }
    },

    async clear() {
      for (const name of await names(directory)) {
        if (folderName.test(name)) await rm(join(directory, name), { recursive: true, force: true });
      }
    },
  };
}

function openBlob(path: string, id: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw isMissing(error) ? missing(id) : error;
  }
}

function extent(size: number, range: BlobRange | undefined): { start: number; length: number } {
  if (range === undefined) return { start: 0, length: size };
  const start = Math.min(range.start, size);
  return { start, length: Math.max(0, Math.min(range.end + 1, size) - start) };
}

function readAtOnce(file: number, start: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, start));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** None where the directory has gone meanwhile. */
async function names(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function modified(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function missing(id: string): BlobMissingError {
  return new BlobMissingError(`There is no blob ${id}`);
}
