// A record as its shard's log holds it: a fixed head, the partition key, and the
// data as it came. JSON would cost a third more bytes and most of the time.

import { textOf } from "../../core/value.ts";

export interface StoredRecord {
  /** Epoch milliseconds. */
  readonly arrivedAt: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** It arrived while the stream was encrypted. */
  readonly encrypted: boolean;
}

const headLength = 11;

export function encodeRecord({ arrivedAt, partitionKey, data, encrypted }: StoredRecord): Uint8Array {
  const keyLength = Buffer.byteLength(partitionKey);
  const bytes = Buffer.allocUnsafe(headLength + keyLength + data.length);
  bytes.writeDoubleBE(arrivedAt, 0);
  bytes[8] = encrypted ? 1 : 0;
  bytes.writeUInt16BE(keyLength, 9);
  bytes.write(partitionKey, headLength, "utf8");
  bytes.set(data, headLength + keyLength);
  return bytes;
}

export function decodeRecord(value: Uint8Array): StoredRecord {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const dataAt = headLength + bytes.readUInt16BE(9);
  return {
    arrivedAt: bytes.readDoubleBE(0),
    partitionKey: textOf(bytes, headLength, dataAt),
    data: bytes.subarray(dataAt),
    encrypted: bytes[8] === 1,
  };
}

export function arrivalOf(value: Uint8Array): number {
  return Buffer.from(value.buffer, value.byteOffset, 8).readDoubleBE(0);
}

/** As it counts against the limits: data and partition key. */
export function sizeOfRecord(value: Uint8Array): number {
  return value.length - headLength;
}
