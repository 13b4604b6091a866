// Base64 between text and bytes, strict enough that a truncated or mistyped
// blob is an error and not a shorter blob.

import { Unreadable } from "../unreadable.ts";

/** Plain or URL-safe alphabet, padded or not, line breaks allowed as in MIME. */
export function bytesOfBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  // Buffer skips what it cannot read, so a wrong character shows as missing bytes.
  if (bytes.length === expectedLength(text)) return bytes;
  const compact = text.replace(/[\r\n\t ]+/g, "");
  if (bytes.length === expectedLength(compact)) return bytes;
  throw new Unreadable(
    compact.length % 4 === 0
      ? "Invalid Base64 character found"
      : `Base64 encoded length is expected a multiple of 4 bytes but found: ${compact.length}`,
  );
}

function expectedLength(text: string): number {
  let length = text.length;
  if (length % 4 === 0 && text.endsWith("=")) length -= text.endsWith("==") ? 2 : 1;
  // A single character holds no byte: no length fits it.
  return length % 4 === 1 ? -1 : Math.floor((length * 3) / 4);
}

export function base64OfBytes(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("base64");
}

/** The same bytes as a Buffer; no copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
