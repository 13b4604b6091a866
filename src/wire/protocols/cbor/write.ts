// A CBOR writer: definite lengths throughout, into one buffer that grows.

import { bufferOf } from "../values/base64.ts";
import type { Epoch } from "./read.ts";

export class CborWriter {
  readonly #epoch: Epoch;
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  constructor(epoch: Epoch = "seconds") {
    this.#epoch = epoch;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + count));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#length = at + count;
    return at;
  }

  /** A data item's head: its major type and its argument. */
  head(major: number, argument: number): void {
    const type = major << 5;
    if (argument < 24) {
      const at = this.#reserve(1);
      this.#bytes[at] = type | argument;
    } else if (argument < 0x100) {
      const at = this.#reserve(2);
      this.#bytes[at] = type | 24;
      this.#bytes[at + 1] = argument;
    } else if (argument < 0x10000) {
      const at = this.#reserve(3);
      this.#bytes[at] = type | 25;
      this.#bytes.writeUInt16BE(argument, at + 1);
    } else if (argument < 0x100000000) {
      const at = this.#reserve(5);
      this.#bytes[at] = type | 26;
      this.#bytes.writeUInt32BE(argument, at + 1);
    } else {
      const at = this.#reserve(9);
      this.#bytes[at] = type | 27;
      this.#bytes.writeBigUInt64BE(BigInt(argument), at + 1);
    }
  }

  integer(value: number): void {
    if (value >= 0) this.head(0, value);
    else this.head(1, -1 - value);
  }

  double(value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = 0xfb;
    this.#bytes.writeDoubleBE(value, at + 1);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.head(3, length);
    const at = this.#reserve(length);
    this.#bytes.write(value, at, length, "utf8");
  }

  byteString(value: Uint8Array): void {
    this.head(2, value.length);
    const at = this.#reserve(value.length);
    bufferOf(value).copy(this.#bytes, at);
  }

  boolean(value: boolean): void {
    this.#bytes[this.#reserve(1)] = value ? 0xf5 : 0xf4;
  }

  null(): void {
    this.#bytes[this.#reserve(1)] = 0xf6;
  }

  /** Epoch seconds under tag 1, whole where they can be. */
  timestamp(milliseconds: number): void {
    this.head(6, 1);
    const time = this.#epoch === "seconds" ? milliseconds / 1000 : milliseconds;
    if (Number.isSafeInteger(time)) this.integer(time);
    else this.double(time);
  }
}
