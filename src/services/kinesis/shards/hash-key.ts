// Hash keys: 128-bit numbers that say to which shard a record goes. Kept as 32
// hexadecimal digits, whose order as text is that of the numbers; AWS shows
// them in decimal.

import { hash } from "node:crypto";

export type HashKey = string;

const space = 1n << 128n;
export const lowestHashKey: HashKey = "0".repeat(32);
export const highestHashKey: HashKey = "f".repeat(32);

export function hashOf(partitionKey: string): HashKey {
  return hash("md5", partitionKey);
}

/** Undefined where the text is no such number. */
export function parseHashKey(decimal: string): HashKey | undefined {
  if (!/^(0|[1-9]\d{0,38})$/.test(decimal)) return undefined;
  const number = BigInt(decimal);
  return number < space ? fromNumber(number) : undefined;
}

export function showHashKey(key: HashKey): string {
  return toNumber(key).toString();
}

export function before(key: HashKey): HashKey {
  return fromNumber(toNumber(key) - 1n);
}

export function after(key: HashKey): HashKey {
  return fromNumber(toNumber(key) + 1n);
}

/** Where the second half of a range begins; undefined where it is a single key. */
export function middle(start: HashKey, end: HashKey): HashKey | undefined {
  return start === end ? undefined : fromNumber((toNumber(start) + toNumber(end) + 1n) / 2n);
}

/** Where the parts begin when the whole space is divided into `count` equal ones. */
export function evenStarts(count: number): readonly HashKey[] {
  const size = space / BigInt(count);
  return Array.from({ length: count }, (_each, index) => fromNumber(size * BigInt(index)));
}

function toNumber(key: HashKey): bigint {
  return BigInt(`0x${key}`);
}

function fromNumber(number: bigint): HashKey {
  return number.toString(16).padStart(32, "0");
}
