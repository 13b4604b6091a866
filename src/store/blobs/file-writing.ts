// Writes a blob's bytes to a new file. Small ones at once, for a thread would
// cost more than the write; streams in constant memory, hashed while the
// chunks before are on their way to the disk.

import { closeSync, openSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { ByteStream } from "../../model/shapes.ts";

/** A thread is woken for no less than this. */
const writeSize = 256 * 1024;
const atOnceSize = 128 * 1024;

/** `onChunk` sees every chunk as it passes. `flush`: on the disk when the promise resolves. */
export async function writeFile(
  path: string,
  body: ByteStream | Uint8Array,
  onChunk: (chunk: Uint8Array) => void,
  flush: boolean,
): Promise<void> {
  if (body instanceof Uint8Array && body.length <= atOnceSize && !flush) writeAtOnce(path, body, onChunk);
  else await writeStream(path, body instanceof Uint8Array ? pieces(body) : body, onChunk, flush);
}

function writeAtOnce(path: string, body: Uint8Array, onChunk: (chunk: Uint8Array) => void): void {
  const file = openSync(path, "wx", 0o600);
  try {
    for (let at = 0; at < body.length; ) at += writeSync(file, body, at);
  } finally {
    closeSync(file);
  }
  onChunk(body);
}

async function writeStream(
  path: string,
  body: ByteStream | Iterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
  flush: boolean,
): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    let writing: Promise<unknown> = Promise.resolve();
    let gathered: Uint8Array[] = [];
    let size = 0;
    const write = async () => {
      await writing;
      writing = writeAll(file, gathered, size);
      // It is awaited before the next write; until then its failure is nobody's.
      writing.catch(() => undefined);
      gathered = [];
      size = 0;
    };
    for await (const chunk of body) {
      if (chunk.length === 0) continue;
      onChunk(chunk);
      gathered.push(chunk);
      size += chunk.length;
      if (size >= writeSize) await write();
    }
    if (size > 0) await write();
    await writing;
    if (flush) await file.datasync();
  } finally {
    await file.close();
  }
}

/** Hashing all of it at once would hold everyone else up. */
function* pieces(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += writeSize) yield body.subarray(at, at + writeSize);
}

/** The system may take less than it was given, as it does when the disk is about to be full. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks);
  if (bytesWritten < size) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}
