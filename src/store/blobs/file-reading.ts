// Reads a part of a file as a stream, in constant memory, the next chunk on its
// way while the present one is used.

import { closeSync, read } from "node:fs";
import { promisify } from "node:util";
import type { LendingStream } from "../../model/shapes.ts";

const chunkSize = 256 * 1024;
const readAt = promisify(read);
/** Memory for lent chunks, kept between streams. */
const spare: Buffer[] = [];
const mostSpare = 16;

/**
 * Takes the open file over: it is closed at the stream's end, when its reader leaves
 * early, or when nobody holds the stream any more. The stream can be read once.
 */
export function readFileStream(file: number, start: number, length: number): LendingStream {
  const handle = new OpenFile(file);
  return {
    [Symbol.asyncIterator]: () => chunks(handle.take(), start, start + length, fresh),
    lend: (take) => lend(handle.take(), start, start + length, take),
  };
}

/** As chunks go, in two buffers that take turns. What fails keeps them: somebody may still look at them. */
async function lend(
  handle: OpenFile,
  start: number,
  end: number,
  take: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const buffers = [spare.pop() ?? fresh(chunkSize), spare.pop() ?? fresh(chunkSize)] as const;
  let turn = 0;
  const next = (size: number) => buffers[turn++ % 2]!.subarray(0, size);
  for await (const chunk of chunks(handle, start, end, next)) await take(chunk);
  if (spare.length < mostSpare) spare.push(...buffers);
}

function fresh(size: number): Buffer {
  return Buffer.allocUnsafeSlow(size);
}

async function* chunks(
  handle: OpenFile,
  start: number,
  end: number,
  memory: (size: number) => Buffer,
): AsyncGenerator<Uint8Array> {
  const readChunk = async (at: number): Promise<Uint8Array> => {
    const size = Math.min(chunkSize, end - at);
    if (size <= 0) return new Uint8Array(0);
    const { bytesRead, buffer } = await readAt(handle.file, memory(size), 0, size, at);
    return buffer.subarray(0, bytesRead);
  };
  let next = readChunk(start);
  try {
    for (let at = start; at < end; ) {
      const chunk = await next;
      if (chunk.length === 0) throw new Error(`A blob ends ${end - at} bytes early`);
      at += chunk.length;
      next = readChunk(at);
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
