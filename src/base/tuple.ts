// Tuples packed into keys whose order is the tuples' order. Everything the store
// remembers is found by such a key, so that a prefix of a tuple is a range.

/** A binary string: one character per byte, all codes below 256, so that `<` compares bytes. */
export type Key = string;

export interface Range {
  /** Inclusive. */
  readonly start: Key;
  /** Exclusive. */
  readonly end: Key;
}

/**
 * Parts of different types order as listed here. Strings order by their UTF-8
 * bytes (code points, not UTF-16 units), numbers by value, bytes as bytes.
 */
export type Part = null | boolean | number | Uint8Array | string;

// A part is its type code, then its payload. Strings and bytes end in NUL, and a
// NUL inside is written NUL 0xff: no type code may therefore be 0 or 0xff.
const NULL = "\x01";
const FALSE = "\x02";
const TRUE = "\x03";
const NUMBER = "\x04";
const BYTES = "\x05";
const STRING = "\x06";

/** Throws on NaN. A lone surrogate becomes U+FFFD, as wherever a string becomes UTF-8. */
export function pack(parts: readonly Part[]): Key {
  let key = "";
  for (const part of parts) {
    if (typeof part === "string") key += `${STRING}${escapeNul(utf8(part))}\0`;
    else if (typeof part === "number") key += NUMBER + packNumber(part);
    else if (part === null) key += NULL;
    else if (typeof part === "boolean") key += part ? TRUE : FALSE;
    else key += `${BYTES}${escapeNul(latin1(part))}\0`;
  }
  return key;
}

/** The inverse of `pack`. Throws on what `pack` did not make. */
export function unpack(key: Key): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < key.length) {
    const type = key[at++];
    if (type === STRING || type === BYTES) {
      const end = terminator(key, at);
      const payload = key.slice(at, end).replaceAll("\0\xff", "\0");
      parts.push(type === STRING ? fromUtf8(payload) : Uint8Array.from(Buffer.from(payload, "latin1")));
      at = end + 1;
    } else if (type === NUMBER) {
      parts.push(unpackNumber(key, at));
      at += 8;
    } else if (type === NULL) parts.push(null);
    else if (type === FALSE || type === TRUE) parts.push(type === TRUE);
    else throw new Error(`Not a packed tuple: type code ${type?.charCodeAt(0)} at ${at - 1}`);
  }
  return parts;
}

/** All tuples that begin with `parts`, the tuple `parts` itself included. */
export function prefixRange(parts: readonly Part[]): Range {
  const start = pack(parts);
  return { start, end: `${start}\xff` };
}

/** All tuples that begin with `parts` and go on with a string that begins with `text`. */
export function textPrefixRange(parts: readonly Part[], text: string): Range {
  const start = `${pack(parts)}${STRING}${escapeNul(utf8(text))}`;
  return { start, end: successor(start) };
}

/** The least key greater than `key`: where a scan goes on that ended at `key`. */
export function after(key: Key): Key {
  return `${key}\0`;
}

// UTF-8 and our escapes never end in 0xff except for NUL 0xff, whose 0xff must
// go: the successor of "a NUL 0xff" is "a 0x01", for no other byte follows NUL there.
function successor(key: Key): Key {
  let length = key.length;
  while (key.charCodeAt(length - 1) === 0xff) length--;
  return key.slice(0, length - 1) + String.fromCharCode(key.charCodeAt(length - 1) + 1);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what must not be there
const plainAscii = /^[\x01-\x7f]*$/;

function utf8(text: string): string {
  return plainAscii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

function fromUtf8(bytes: string): string {
  return plainAscii.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function escapeNul(bytes: string): string {
  return bytes.includes("\0") ? bytes.replaceAll("\0", "\0\xff") : bytes;
}

function terminator(key: Key, from: number): number {
  let at = key.indexOf("\0", from);
  while (at >= 0 && key.charCodeAt(at + 1) === 0xff) at = key.indexOf("\0", at + 2);
  if (at < 0) throw new Error("Not a packed tuple: a string or bytes without an end");
  return at;
}

const scratch = new DataView(new ArrayBuffer(8));

// An IEEE double orders as its bytes once the sign bit is flipped, and, below zero, all bits.
function packNumber(value: number): string {
  if (Number.isNaN(value)) throw new Error("NaN has no place in an order");
  scratch.setFloat64(0, value + 0); // -0 + 0 is 0: one zero, one key
  let high = scratch.getInt32(0);
  let low = scratch.getInt32(4);
  if (high < 0) {
    high = ~high;
    low = ~low;
  } else high ^= 0x80000000;
  return String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 0xff,
    (high >>> 8) & 0xff,
    high & 0xff,
    low >>> 24,
    (low >>> 16) & 0xff,
    (low >>> 8) & 0xff,
    low & 0xff,
  );
}

function unpackNumber(key: Key, at: number): number {
  if (at + 8 > key.length) throw new Error("Not a packed tuple: a number cut short");
  for (let index = 0; index < 8; index++) scratch.setUint8(index, key.charCodeAt(at + index));
  const high = scratch.getInt32(0);
  if (high < 0) scratch.setInt32(0, high ^ 0x80000000);
  else {
    scratch.setInt32(0, ~high);
    scratch.setInt32(4, ~scratch.getInt32(4));
  }
  return scratch.getFloat64(0);
}
