// How a counter is stored: an 8-byte IEEE double, exact to 2^53.

export function encodeCounter(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** An absent counter is 0. Throws on a value that no counter wrote. */
export function decodeCounter(bytes: Uint8Array | null | undefined): number {
  if (bytes === undefined || bytes === null) return 0;
  if (bytes.length !== 8) throw new Error(`Not a counter: ${bytes.length} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}
