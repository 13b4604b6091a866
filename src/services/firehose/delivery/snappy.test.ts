// The framing of Snappy, byte by byte, as its description has it.

import { expect, test } from "vitest";
import { framedSnappy, hadoopSnappy } from "./snappy.ts";

test("a frame begins with the stream's mark, and carries a masked CRC-32C of the plain bytes", async () => {
  const framed = Buffer.from(await framedSnappy(Buffer.from("123456789")));
  expect(framed.subarray(0, 10).toString("latin1")).toBe("\xff\x06\x00\x00sNaPpY");
  expect(framed[10]).toBe(0);
  expect(framed.readUIntLE(11, 3)).toBe(framed.length - 14);
  // The checksum of these digits is known: e3069283.
  const masked = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8;
  expect(framed.readUInt32LE(14)).toBe(masked >>> 0);
});

test("a Hadoop block begins with both of its lengths", async () => {
  const block = Buffer.from(await hadoopSnappy(Buffer.from("123456789")));
  expect(block.readUInt32BE(0)).toBe(9);
  expect(block.readUInt32BE(4)).toBe(block.length - 8);
});
