// An item as the store holds it: four bytes of header, then the very JSON text
// that answers GetItem, so that a read without projection parses nothing. The
// header carries the item's size by AWS's rules, which pages and consumed
// capacity need, and whether some value is binary and must be decoded.

import { type AttributeValue, type Item, setAttribute, toBuffer } from "./attribute-value.ts";

const headerLength = 4;
const binaryFlag = 1;

export function encodeItem(item: Item, size: number, binary: boolean): Uint8Array {
  const text = binary ? itemJson(item) : JSON.stringify(item);
  // Three bytes of UTF-8 for every UTF-16 unit are the worst case; Buffer's pool makes the short ones cheap.
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(headerLength + length);
  bytes[0] = binary ? binaryFlag : 0;
  bytes[1] = size >>> 16;
  bytes[2] = (size >>> 8) & 0xff;
  bytes[3] = size & 0xff;
  bytes.write(text, headerLength, "utf8");
  return bytes;
}

/** The item as JSON text, as it goes on the wire. */
export function itemJson(item: Item): string {
  return JSON.stringify(item, bytesAsText);
}

/** The item's size in bytes, by AWS's rules. */
export function storedSize(bytes: Uint8Array): number {
  return (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
}

/** Whether some value holds bytes. */
export function isBinary(bytes: Uint8Array): boolean {
  return (bytes[0]! & binaryFlag) !== 0;
}

/** The item as JSON text in UTF-8, as it goes on the wire. */
export function storedJson(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(headerLength);
}

export function decodeItem(bytes: Uint8Array): Item {
  const item = JSON.parse(toBuffer(bytes).toString("utf8", headerLength)) as Item;
  return (bytes[0]! & binaryFlag) === 0 ? item : withBytes(item);
}

// `this[key]`, since Buffer's own toJSON has already run on `value`.
function bytesAsText(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Uint8Array ? toBuffer(original).toString("base64") : value;
}

function withBytes(item: Item): Item {
  const decoded: Record<string, AttributeValue> = {};
  for (const name in item) setAttribute(decoded, name, valueWithBytes(item[name]!));
  return decoded;
}

function valueWithBytes(value: AttributeValue): AttributeValue {
  if (value.B !== undefined) return { B: fromBase64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(fromBase64) };
  if (value.M !== undefined) return { M: withBytes(value.M) };
  if (value.L !== undefined) return { L: value.L.map(valueWithBytes) };
  return value;
}

/** Before decoding, bytes are the text that JSON held. */
function fromBase64(text: unknown): Uint8Array {
  return Buffer.from(String(text), "base64");
}
