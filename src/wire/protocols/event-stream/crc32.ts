// CRC-32 as event stream frames use it. Node has it natively from 22 on; the
// table serves Node 20.

import * as zlib from "node:zlib";

type Crc32 = (bytes: Uint8Array) => number;

const table = new Uint32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function tableCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

const native = (zlib as { crc32?: Crc32 }).crc32;

export const crc32: Crc32 = native === undefined ? tableCrc32 : (bytes) => native(bytes);
