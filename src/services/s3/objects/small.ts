// Small contents are handled whole: a stream, with its turns of the event loop
// and its file operations in threads, costs more than their bytes.

import type { ByteStream } from "../../../model/shapes.ts";

export const smallBytes = 64 * 1024;

/** All of a stream; for those known to be small. */
export async function whole(body: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
