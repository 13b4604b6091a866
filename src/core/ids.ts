// The one source of chance: identifiers and random bytes. A seeded source makes
// a test's run repeatable to the byte.

import { randomBytes } from "node:crypto";

const upperAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

export interface Ids {
  bytes(count: number): Uint8Array;
  /** A version 4 UUID. */
  uuid(): string;
  /** Lower-case hexadecimal, `length` characters. */
  hex(length: number): string;
  /** AWS's unique id: the prefix and upper-case base32, 21 characters in all (`AIDA...`, `AROA...`). */
  unique(prefix: string, length?: number): string;
  /** Lower-case letters and digits, as in API and function URL ids. */
  lower(length: number): string;
  /** A fraction in [0, 1), for jitter and weights. */
  fraction(): number;
}

const poolSize = 4096;

/** Ids from the system's random source, drawn in bulk: one system call serves a hundred ids. */
export function randomIds(): Ids {
  let pool = Buffer.alloc(0);
  let used = 0;
  return idsFrom((count) => {
    if (count > poolSize) return randomBytes(count);
    if (used + count > pool.length) {
      pool = randomBytes(poolSize);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  });
}

/** Ids that repeat for the same seed (mulberry32); for tests only. */
export function seededIds(seed: number): Ids {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return idsFrom((count) => Buffer.from(Array.from({ length: count }, () => next() & 0xff)));
}

function idsFrom(bytes: (count: number) => Buffer): Ids {
  const spell = (alphabet: string, length: number): string => {
    let text = "";
    for (const byte of bytes(length)) text += alphabet[byte % alphabet.length];
    return text;
  };
  return {
    bytes: (count) => Uint8Array.from(bytes(count)),
    hex: (length) =>
      bytes(Math.ceil(length / 2))
        .toString("hex")
        .slice(0, length),
    unique: (prefix, length = 21) => prefix + spell(upperAlphanumeric, length - prefix.length),
    lower: (length) => spell(lowerAlphanumeric, length),
    fraction: () => bytes(4).readUInt32BE(0) / 2 ** 32,
    uuid: () => {
      const text = bytes(16).toString("hex");
      const variant = "89ab"[Number.parseInt(text[16]!, 16) & 3];
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20)}`;
    },
  };
}
