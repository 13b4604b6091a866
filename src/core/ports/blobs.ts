// The blob port: large immutable bytes, outside the ordered store. A blob is
// complete and durable before any transaction refers to it by its id.

import type { ByteStream } from "../../model/shapes.ts";

export interface BlobInfo {
  /** Opaque: 32 hexadecimal digits. */
  readonly id: string;
  readonly size: number;
}

export interface BlobRange {
  /** First byte. */
  readonly start: number;
  /** Last byte, inclusive, as in HTTP. */
  readonly end: number;
}

export interface Blobs {
  /**
   * Streams to a temporary name and renames: a crash leaves no half blob. `onChunk` sees every chunk as it passes
   * (checksums). A new `id` may be given by who must know it before the blob is there.
   */
  put(body: ByteStream | Uint8Array, onChunk?: (chunk: Uint8Array) => void, id?: string): Promise<BlobInfo>;
  /** Throws `BlobMissingError` where there is none. */
  get(id: string, range?: BlobRange): Promise<ByteStream>;
  /** A path on this machine that holds the blob's bytes, for code that needs a file; the file adapter's own. */
  file(id: string): Promise<string>;
  /** Idempotent. */
  delete(id: string): Promise<void>;
  /** All ids with the time (epoch milliseconds) they were written: what a collector of unreferenced blobs walks. */
  list(): AsyncIterable<{ readonly id: string; readonly writtenAt: number }>;
  clear(): Promise<void>;
}

export class BlobMissingError extends Error {
  override readonly name = "BlobMissingError";
}
