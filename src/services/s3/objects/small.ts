// Small contents are handled whole: a stream, with its turns of the event loop
// and its file operations in threads, costs more than their bytes.

import type { ByteStream } from "../../../model/shapes.ts";

export const smallBytes = 64 * 1024;

/** Contents up to here are in the store itself: a file of its own costs a small one far more. */
export const inlineBytes = 32 * 1024;

/** All of a stream; for those known to be small. */
export async function whole(body: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The same stream as often as it is asked for; for those known to be small. */
export function repeatable(body: ByteStream): ByteStream {
  let kept: Promise<Uint8Array> | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      kept ??= whole(body);
      yield await kept;
    },
  };
}

/** Bytes at hand as a stream: to be hashed all at once, they would hold everyone else up. */
export async function* pieceByPiece(body: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 4 * smallBytes;
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}
