// How a counter is stored: an 8-byte IEEE double, exact to 2^53.

const length = 8;

export function encodeCounter(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeDoubleBE(value);
  return bytes;
}

/** An absent counter is 0. Throws on a value that no counter wrote. */
export function decodeCounter(bytes: Uint8Array | null | undefined): number {
  if (bytes === undefined || bytes === null) return 0;
  if (bytes.length !== length) throw new Error(`Not a counter: ${bytes.length} bytes`);
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, length);
  return buffer.readDoubleBE();
}
