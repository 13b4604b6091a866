// CRC-64/NVME, which S3 computes for every object that comes without a checksum
// of its own. 64 bits as two halves, since big integers would be far too slow.

const polynomialHigh = 0x9a6c9329;
const polynomialLow = 0xac4bc9b5;

interface Tables {
  /** 8 tables of 256 each, one after the other. */
  readonly high: Int32Array;
  readonly low: Int32Array;
}

let tables: Tables | undefined;

function tablesOf(): Tables {
  if (tables !== undefined) return tables;
  const high = new Int32Array(8 * 256);
  const low = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let h = 0;
    let l = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd !== 0) {
        h ^= polynomialHigh;
        l ^= polynomialLow;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  for (let at = 256; at < 8 * 256; at++) {
    const h = high[at - 256]!;
    const l = low[at - 256]!;
    high[at] = (h >>> 8) ^ high[l & 0xff]!;
    low[at] = ((l >>> 8) | (h << 24)) ^ low[l & 0xff]!;
  }
  tables = { high, low };
  return tables;
}

/** A checksum under way: `update` as often as there are chunks, then `digest`. */
export class Crc64Nvme {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    const { high: th, low: tl } = tablesOf();
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      low ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      high ^= bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const i7 = 1792 + (low & 0xff);
      const i6 = 1536 + ((low >>> 8) & 0xff);
      const i5 = 1280 + ((low >>> 16) & 0xff);
      const i4 = 1024 + (low >>> 24);
      const i3 = 768 + (high & 0xff);
      const i2 = 512 + ((high >>> 8) & 0xff);
      const i1 = 256 + ((high >>> 16) & 0xff);
      const i0 = high >>> 24;
      high = th[i7]! ^ th[i6]! ^ th[i5]! ^ th[i4]! ^ th[i3]! ^ th[i2]! ^ th[i1]! ^ th[i0]!;
      low = tl[i7]! ^ tl[i6]! ^ tl[i5]! ^ tl[i4]! ^ tl[i3]! ^ tl[i2]! ^ tl[i1]! ^ tl[i0]!;
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ bytes[at]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ tl[index]!;
      high = (high >>> 8) ^ th[index]!;
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, the most significant first. */
  digest(): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.#high, 0);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes;
  }
}
