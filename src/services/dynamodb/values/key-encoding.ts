// Key attributes as byte strings: sort keys in an order-preserving form, so
// that the store's order is DynamoDB's, and partition keys as a hash, so that
// keys stay short and items spread evenly over parallel scan segments.
// One character stands for one byte, as in the store's own keys.

import { hash } from "node:crypto";
import type { AttributeValue } from "./attribute-value.ts";
import { binaryText } from "./compare.ts";
import { parseDecimal } from "./number.ts";

/** Bytes in a hashed partition key: too many to collide, even by intent. */
export const partitionHashLength = 16;

/** Order-preserving within one type. */
export function encodeOrdered(value: AttributeValue): string {
  if (value.S !== undefined) return encodeText(value.S);
  if (value.N !== undefined) return encodeNumber(value.N);
  return binaryText(value.B!);
}

/** As `encodeOrdered`, with an end that no longer value crosses, so that other parts may follow. */
export function encodeTerminated(value: AttributeValue): string {
  return `${encodePrefix(value)}\0\x01`;
}

/** The beginning that the terminated forms of all values beginning with this one share. */
export function encodePrefix(value: AttributeValue): string {
  const text = encodeOrdered(value);
  // Zero bytes inside are escaped; the end is a zero byte that another byte follows.
  return text.includes("\0") ? text.replaceAll("\0", "\0\xff") : text;
}

/** 16 bytes for the values of a (perhaps composite) partition key. */
export function hashPartition(values: readonly AttributeValue[]): string {
  const [first] = values;
  // A string's bytes are its UTF-8 bytes, which is how the hash reads strings.
  const input =
    values.length === 1 && first?.S !== undefined
      ? first.S
      : Buffer.from(
          values.length === 1 ? encodeOrdered(first!) : values.map(encodeTerminated).join(""),
          "latin1",
        );
  return hash("sha256", input, "binary").slice(0, partitionHashLength);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant.
const ascii = /^[\x00-\x7f]*$/;

function encodeText(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text).toString("latin1");
}

const exponentBias = 129;

/**
 * Sign, exponent, digits in pairs: `0x80` alone for zero, `0x81` before
 * positive and `0x7f` before negative numbers, whose other bytes are inverted.
 */
export function encodeNumber(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "") return "\x80";
  const flip = negative ? 0xff : 0;
  let encoded = (negative ? "\x7f" : "\x81") + String.fromCharCode((exponent + exponentBias) ^ flip);
  for (let at = 0; at < digits.length; at += 2) {
    const pair =
      (digits.charCodeAt(at) - 48) * 10 + (at + 1 < digits.length ? digits.charCodeAt(at + 1) - 48 : 0);
    encoded += String.fromCharCode((pair + 1) ^ flip);
  }
  // The end sorts below every digit pair, and above it once inverted.
  return encoded + String.fromCharCode(flip);
}
