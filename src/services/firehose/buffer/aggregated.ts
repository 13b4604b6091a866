// Records that the Kinesis Producer Library has packed into one: a magic
// number, a Protocol Buffers message, and its MD5.
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md

import { hash } from "node:crypto";

export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const digestBytes = 16;

/** Undefined where the data is not of that kind. */
export function userRecords(data: Uint8Array): readonly UserRecord[] | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (bytes.length <= magic.length + digestBytes || !bytes.subarray(0, 4).equals(magic)) return undefined;
  const message = bytes.subarray(magic.length, -digestBytes);
  if (!hash("md5", message, "buffer").equals(bytes.subarray(-digestBytes))) return undefined;
  const fields = readFields(message);
  if (fields === undefined) return undefined;
  const keys = fields.filter(({ number }) => number === 1).map(({ bytes: key }) => key.toString());
  const records: UserRecord[] = [];
  for (const { number, bytes: record } of fields) {
    if (number !== 3) continue;
    const own = readFields(record);
    const content = own?.find((field) => field.number === 3)?.bytes;
    if (own === undefined || content === undefined) return undefined;
    const key = keys[own.find((field) => field.number === 1)?.value ?? 0];
    records.push({ partitionKey: key ?? "", data: content });
  }
  return records;
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Buffer;
}

function readFields(message: Buffer): readonly Field[] | undefined {
  const fields: Field[] = [];
  const reader = { message, at: 0 };
  while (reader.at < message.length) {
    const tag = readVarint(reader);
    const value = tag === undefined ? undefined : readVarint(reader);
    if (tag === undefined || value === undefined) return undefined;
    const kind = tag % 8;
    // Numbers and lengths are all there is.
    if (kind !== 0 && kind !== 2) return undefined;
    const length = kind === 2 ? value : 0;
    if (reader.at + length > message.length) return undefined;
    fields.push({
      number: Math.floor(tag / 8),
      value,
      bytes: message.subarray(reader.at, reader.at + length),
    });
    reader.at += length;
  }
  return fields;
}

function readVarint(reader: { readonly message: Buffer; at: number }): number | undefined {
  let value = 0;
  for (let shift = 0; shift < 49; shift += 7) {
    const byte = reader.message[reader.at++];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  return undefined;
}
