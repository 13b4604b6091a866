// Snappy in the two containers that Firehose writes: the framing format, and
// Hadoop's blocks.
// https://github.com/google/snappy/blob/main/framing_format.txt

type Compress = (input: Uint8Array) => Uint8Array;

const frameBytes = 65_536;
const hadoopBytes = 262_144;
const streamIdentifier = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);

const compressor = async (): Promise<Compress> =>
  (await import("hyparquet-writer/src/snappy.js")).snappyCompress;

export async function framedSnappy(data: Uint8Array): Promise<Uint8Array> {
  const compress = await compressor();
  const chunks: Uint8Array[] = [streamIdentifier];
  for (let at = 0; at < data.length; at += frameBytes) {
    const block = data.subarray(at, at + frameBytes);
    const compressed = compress(block);
    const head = Buffer.alloc(8);
    // Type 0 is a compressed chunk; its length counts the checksum.
    head.writeUIntLE(compressed.length + 4, 1, 3);
    head.writeUInt32LE(maskedChecksum(block), 4);
    chunks.push(head, compressed);
  }
  return Buffer.concat(chunks);
}

export async function hadoopSnappy(data: Uint8Array): Promise<Uint8Array> {
  const compress = await compressor();
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += hadoopBytes) {
    const block = data.subarray(at, at + hadoopBytes);
    const compressed = compress(block);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(block.length, 0);
    head.writeUInt32BE(compressed.length, 4);
    chunks.push(head, compressed);
  }
  return Buffer.concat(chunks);
}

function maskedChecksum(block: Uint8Array): number {
  const sum = crc32c(block);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_each, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
