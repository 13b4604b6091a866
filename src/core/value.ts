// Stored values: JSON in UTF-8, with byte arrays as `{"$bytes": "<base64>"}`
// where a resource says that it has some. Readable with any tool, and fast.

export function encodeValue(value: object, binary: boolean): Uint8Array {
  return Buffer.from(binary ? JSON.stringify(value, tagBytes) : JSON.stringify(value));
}

export function decodeValue<T>(bytes: Uint8Array, binary: boolean): T {
  const text = textOf(bytes);
  return binary ? JSON.parse(text, untagBytes) : JSON.parse(text);
}

/** UTF-8 from `start` to before `end`. */
export function textOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  // Most are buffers already, and a view costs as much as the text.
  const buffer =
    bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("utf8", start, end);
}

// `this[key]`, since Buffer's own toJSON has already run on `value`.
function tagBytes(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  if (!(original instanceof Uint8Array)) return value;
  return {
    $bytes: Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString("base64"),
  };
}

function untagBytes(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$bytes" in value)) return value;
  return new Uint8Array(Buffer.from(String(value.$bytes), "base64"));
}
