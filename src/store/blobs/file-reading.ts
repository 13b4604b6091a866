// Reads a part of a file as a stream, in constant memory, the next chunk on its
// way while the present one is used.

import { closeSync, read } from "node:fs";
import { promisify } from "node:util";
import type { ByteStream } from "../../model/shapes.ts";

const chunkSize = 256 * 1024;
const readAt = promisify(read);

/**
 * Takes the open file over: it is closed at the stream's end, when its reader leaves
 * early, or when nobody holds the stream any more. The stream can be read once.
 */
export function readFileStream(file: number, start: number, length: number): ByteStream {
  const handle = new OpenFile(file);
  return { [Symbol.asyncIterator]: () => chunks(handle.take(), start, length) };
}

async function* chunks(handle: OpenFile, start: number, length: number): AsyncGenerator<Uint8Array> {
  const end = start + length;
  let next = readChunk(handle, start, end);
  try {
    for (let at = start; at < end; ) {
      const chunk = await next;
      if (chunk.length === 0) throw new Error(`A blob ends ${end - at} bytes early`);
      at += chunk.length;
      next = readChunk(handle, at, end);
      // It may fail while the reader is busy with this one; it is awaited in any case.
      next.catch(() => undefined);
      yield chunk;
    }
  } finally {
    // The file must not be closed, and its number given to another, under a read that is on its way.
    await next.catch(() => undefined);
    handle.close();
  }
}

async function readChunk(handle: OpenFile, at: number, end: number): Promise<Uint8Array> {
  const size = Math.min(chunkSize, end - at);
  if (size <= 0) return new Uint8Array(0);
  const { bytesRead, buffer } = await readAt(handle.file, Buffer.allocUnsafeSlow(size), 0, size, at);
  return buffer.subarray(0, bytesRead);
}

/** A stream may be dropped before anyone reads it, and then no `finally` runs. */
const dropped = new FinalizationRegistry<number>((file) => closeSync(file));

class OpenFile {
  readonly file: number;
  #taken = false;

  constructor(file: number) {
    this.file = file;
    dropped.register(this, file, this);
  }

  take(): this {
    if (this.#taken) throw new Error("A blob's stream can be read once");
    this.#taken = true;
    return this;
  }

  close(): void {
    dropped.unregister(this);
    closeSync(this.file);
  }
}
