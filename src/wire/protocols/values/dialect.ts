// JSON and CBOR carry the same trees of objects, lists and scalars and differ
// only in how blobs, timestamps and odd numbers are written. A dialect is that
// difference; the walks beside it are compiled once per dialect and shape.

import type { TimestampFormat } from "../../../model/shapes.ts";
import { mismatch } from "../unreadable.ts";
import { base64OfBytes, bytesOfBase64 } from "./base64.ts";
import { readTimestamp, timestampText } from "./timestamps.ts";

export interface Dialect {
  readonly name: string;
  readBlob(value: unknown): Uint8Array;
  writeBlob(bytes: Uint8Array): unknown;
  writeTimestamp(milliseconds: number, format: TimestampFormat): unknown;
}

export const json: Dialect = {
  name: "json",
  readBlob(value) {
    if (typeof value !== "string") throw mismatch(value, "Blob");
    return bytesOfBase64(value);
  },
  writeBlob: base64OfBytes,
  writeTimestamp: (milliseconds, format) =>
    format === "unixTimestamp" ? milliseconds / 1000 : timestampText(milliseconds, format),
};

/** Only for reading: a CBOR writer goes by the shapes itself, since it must tell floats from integers. */
export const cbor: Pick<Dialect, "name" | "readBlob"> = {
  name: "cbor",
  readBlob(value) {
    if (!(value instanceof Uint8Array)) throw mismatch(value, "Blob");
    return value;
  },
};

export function readTimestampValue(value: unknown): number {
  const milliseconds = readTimestamp(value);
  if (milliseconds === undefined) throw mismatch(value, "Timestamp");
  return milliseconds;
}
