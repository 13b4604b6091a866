// A CBOR reader (RFC 8949) for what Smithy's rpc-v2 protocol may send: all major
// types, definite and indefinite lengths, floats of three sizes, and tags, of
// which only bignums change the value. Lengths are checked before anything is made.

import { maxDepth, tooDeep, Unreadable } from "../unreadable.ts";
import { bufferOf } from "../values/base64.ts";
import { setOwn } from "../values/own-property.ts";

const indefinite = -1;
const stop = Symbol("break");

/** What the numbers of tag 1 count since 1970: RFC 8949 says seconds, AWS's older protocol milliseconds. */
export type Epoch = "seconds" | "milliseconds";

/** The one data item that the bytes hold. Tag 1 is the bare number, in seconds. */
export function readCbor(bytes: Uint8Array, epoch: Epoch = "seconds"): unknown {
  const reader = new CborReader(bufferOf(bytes), epoch);
  const value = reader.item(0);
  if (value === stop) throw new Unreadable("Unexpected break in CBOR");
  reader.end();
  return value;
}

class CborReader {
  readonly #bytes: Buffer;
  readonly #epoch: Epoch;
  #at = 0;

  constructor(bytes: Buffer, epoch: Epoch) {
    this.#bytes = bytes;
    this.#epoch = epoch;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Unreadable("Unexpected bytes after the CBOR item");
  }

  item(depth: number): unknown {
    if (depth > maxDepth) throw tooDeep();
    const initial = this.#bytes[this.#take(1)] as number;
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        return this.#byteString(info);
      case 3:
        return this.#text(info);
      case 4:
        return this.#array(info, depth);
      case 5:
        return this.#map(info, depth);
      case 6:
        return this.#tagged(info, depth);
      default:
        return this.#simple(info);
    }
  }

  /** Advances, and returns where it was. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new Unreadable("Unexpected end of CBOR");
    this.#at = at + count;
    return at;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#bytes[this.#take(1)] as number;
      case 25:
        return this.#bytes.readUInt16BE(this.#take(2));
      case 26:
        return this.#bytes.readUInt32BE(this.#take(4));
      case 27:
        return Number(this.#bytes.readBigUInt64BE(this.#take(8)));
      default:
        throw new Unreadable("Malformed CBOR");
    }
  }

  #length(info: number): number {
    return info === 31 ? indefinite : this.#argument(info);
  }

  /** A copy: the body's buffer may be large and shared. */
  #byteString(info: number): Uint8Array {
    const length = this.#length(info);
    if (length !== indefinite) {
      const at = this.#take(length);
      return new Uint8Array(this.#bytes.subarray(at, at + length));
    }
    return new Uint8Array(Buffer.concat(this.#chunks(2)));
  }

  #text(info: number): string {
    const length = this.#length(info);
    if (length === indefinite) return Buffer.concat(this.#chunks(3)).toString();
    const at = this.#take(length);
    return this.#bytes.toString("utf8", at, at + length);
  }

  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const initial = this.#bytes[this.#take(1)] as number;
      if (initial === 0xff) return chunks;
      if (initial >> 5 !== major || (initial & 0x1f) === 31) throw new Unreadable("Malformed CBOR string");
      const length = this.#argument(initial & 0x1f);
      const at = this.#take(length);
      chunks.push(this.#bytes.subarray(at, at + length));
    }
  }

  #array(info: number, depth: number): unknown[] {
    const length = this.#length(info);
    const list: unknown[] = [];
    for (let count = 0; count !== length; count++) {
      const value = this.item(depth + 1);
      if (value !== stop) list.push(value);
      else if (length === indefinite) break;
      else throw new Unreadable("Unexpected break in CBOR");
    }
    return list;
  }

  #map(info: number, depth: number): Record<string, unknown> {
    const length = this.#length(info);
    const map: Record<string, unknown> = {};
    for (let count = 0; count !== length; count++) {
      const key = this.item(depth + 1);
      if (key === stop && length === indefinite) break;
      if (typeof key !== "string") throw new Unreadable("A CBOR map key is not a string");
      const value = this.item(depth + 1);
      if (value === stop) throw new Unreadable("Unexpected break in CBOR");
      setOwn(map, key, value);
    }
    return map;
  }

  #tagged(info: number, depth: number): unknown {
    const tag = this.#argument(info);
    const value = this.item(depth + 1);
    if (value === stop) throw new Unreadable("Unexpected break in CBOR");
    if ((tag === 2 || tag === 3) && value instanceof Uint8Array) {
      const magnitude = Number(`0x${bufferOf(value).toString("hex") || "0"}`);
      return tag === 2 ? magnitude : -1 - magnitude;
    }
    if (tag === 1 && typeof value === "number" && this.#epoch === "milliseconds") return value / 1000;
    return value;
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.#bytes.readUInt16BE(this.#take(2)));
      case 26:
        return this.#bytes.readFloatBE(this.#take(4));
      case 27:
        return this.#bytes.readDoubleBE(this.#take(8));
      case 31:
        return stop;
      default:
        throw new Unreadable("Unsupported CBOR simple value");
    }
  }
}

function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
