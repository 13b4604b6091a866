// CRCs against their catalogue's check values (reveng.sourceforge.io/crc-catalogue), in
// pieces of any size, and put together from parts.

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Algorithm, hasher } from "./algorithm.ts";
import { combineCrcs, crcForms } from "./combine.ts";

const crcs = ["CRC32", "CRC32C", "CRC64NVME"] as const;

function compute(algorithm: Algorithm, ...pieces: readonly Uint8Array[]): string {
  const hash = hasher(algorithm);
  for (const piece of pieces) hash.update(piece);
  return Buffer.from(hash.digest()).toString("hex");
}

test.each([
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
] as const)("%s of 123456789 is the catalogue's", (algorithm, value) => {
  expect(compute(algorithm, Buffer.from("123456789"))).toBe(value);
  expect(compute(algorithm)).toMatch(/^0+$/);
});

test("CRC-32 is zlib's", () => {
  const bytes = Buffer.from("The quick brown fox");
  expect(compute("CRC32", bytes)).toBe(crc32(bytes).toString(16).padStart(8, "0"));
});

test.each(crcs)("%s does not depend on how the bytes are cut", (algorithm) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const hash = compute(algorithm, bytes.subarray(0, cut), bytes.subarray(cut));
      expect(hash).toBe(compute(algorithm, bytes));
    }),
  );
});

test.each(crcs)("%s of a whole follows from its parts'", (algorithm) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (parts) => {
      const pieces = parts.map((part) => ({
        crc: BigInt(`0x${compute(algorithm, part)}`),
        length: part.length,
      }));
      const whole = compute(algorithm, ...parts);
      expect(combineCrcs(crcForms[algorithm], pieces)).toBe(BigInt(`0x${whole}`));
    }),
  );
});
