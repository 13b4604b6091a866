// Blobs in memory, for tests and `--ephemeral`.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomIds } from "../../core/ids.ts";
import { BlobMissingError, type Blobs } from "../../core/ports/blobs.ts";
import { epochMilliseconds } from "../real-time.ts";
import { assertNew, newBlobId } from "./blob-id.ts";

interface Blob {
  readonly bytes: Uint8Array;
  readonly writtenAt: number;
}

/** `directory` is where `file` puts what code needs as a file; made when it is needed, and the caller's to remove. */
export function createMemoryBlobs(directory: string): Blobs {
  const blobs = new Map<string, Blob>();
  const ids = randomIds();

  function find(id: string): Blob {
    const blob = blobs.get(id);
    if (blob === undefined) throw new BlobMissingError(`There is no blob ${id}`);
    return blob;
  }

  function forget(id: string): void {
    blobs.delete(id);
    rmSync(join(directory, id), { force: true });
  }

  return {
    async put(body, onChunk, id = newBlobId(ids)) {
      assertNew(id);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body instanceof Uint8Array ? [body] : body) {
        onChunk?.(chunk);
        chunks.push(chunk);
      }
      // A copy: what arrived may be a slice of something far larger, or written over.
      const bytes = Buffer.concat(chunks);
      blobs.set(id, { bytes, writtenAt: epochMilliseconds() });
      return { id, size: bytes.length };
    },

    async get(id, range) {
      const { bytes } = find(id);
      return once(range === undefined ? bytes : bytes.subarray(range.start, range.end + 1));
    },

    async file(id) {
      const { bytes } = find(id);
      const path = join(directory, id);
      mkdirSync(directory, { recursive: true });
      writeFileSync(path, bytes);
      return path;
    },

    async delete(id) {
      if (blobs.has(id)) forget(id);
    },

    async *list() {
      for (const [id, { writtenAt }] of blobs) yield { id, writtenAt };
    },

    async clear() {
      for (const id of [...blobs.keys()]) forget(id);
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
