// One message of `application/vnd.amazon.eventstream`: a prelude of two lengths
// and their checksum, typed headers, a payload, and the checksum of it all.

import { Unreadable } from "../unreadable.ts";
import { bufferOf } from "../values/base64.ts";
import { crc32 } from "./crc32.ts";

/** Integers of 32 bits and below are `number`, a `bigint` is 64 bits, a `Date` is a timestamp. */
export type HeaderValue = boolean | number | bigint | Uint8Array | string | Date;
export type Headers = Readonly<Record<string, HeaderValue>>;

export interface Frame {
  readonly headers: Headers;
  readonly payload: Uint8Array;
}

const preludeLength = 12;
const overhead = 16;
/** AWS's own limits for a message. */
const maxHeadersLength = 128 * 1024;
const maxMessageLength = 24 * 1024 * 1024;

export function encodeFrame(headers: Headers, payload: Uint8Array): Buffer {
  const head = encodeHeaders(headers);
  const frame = Buffer.allocUnsafe(overhead + head.length + payload.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  head.copy(frame, preludeLength);
  frame.set(payload, preludeLength + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
  return frame;
}

/** The length of the message that begins here; undefined while its prelude is incomplete. */
export function frameLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < preludeLength) return undefined;
  const buffer = bufferOf(bytes);
  const total = buffer.readUInt32BE(0);
  const head = buffer.readUInt32BE(4);
  if (crc32(buffer.subarray(0, 8)) !== buffer.readUInt32BE(8)) {
    throw new Unreadable("Event stream prelude checksum mismatch");
  }
  if (head > maxHeadersLength || total > maxMessageLength || total < head + overhead) {
    throw new Unreadable("Event stream message length out of bounds");
  }
  return total;
}

/** Reads exactly one whole message. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (frameLength(bytes) !== bytes.length) throw new Unreadable("Incomplete event stream message");
  const buffer = bufferOf(bytes);
  const end = buffer.length - 4;
  if (crc32(buffer.subarray(0, end)) !== buffer.readUInt32BE(end)) {
    throw new Unreadable("Event stream message checksum mismatch");
  }
  const payloadAt = preludeLength + buffer.readUInt32BE(4);
  return {
    headers: decodeHeaders(buffer.subarray(preludeLength, payloadAt)),
    payload: buffer.subarray(payloadAt, end),
  };
}

function encodeHeaders(headers: Headers): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const bytes = Buffer.from(name);
    parts.push(Buffer.of(bytes.length), bytes, encodeHeaderValue(value));
  }
  return Buffer.concat(parts);
}

function encodeHeaderValue(value: HeaderValue): Buffer {
  if (typeof value === "boolean") return Buffer.of(value ? 0 : 1);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(5, 4);
    bytes.writeInt32BE(value, 1);
    return bytes;
  }
  if (typeof value === "bigint" || value instanceof Date) {
    const bytes = Buffer.alloc(9, value instanceof Date ? 8 : 5);
    bytes.writeBigInt64BE(typeof value === "bigint" ? value : BigInt(value.getTime()), 1);
    return bytes;
  }
  const content = typeof value === "string" ? Buffer.from(value) : bufferOf(value);
  const head = Buffer.alloc(3, typeof value === "string" ? 7 : 6);
  head.writeUInt16BE(content.length, 1);
  return Buffer.concat([head, content]);
}

function decodeHeaders(bytes: Buffer): Headers {
  const headers: Record<string, HeaderValue> = Object.create(null);
  try {
    for (let at = 0; at < bytes.length; ) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const name = bytes.toString("utf8", at + 1, nameEnd);
      const [value, next] = decodeHeaderValue(bytes, bytes.readUInt8(nameEnd), nameEnd + 1);
      if (next > bytes.length) throw new RangeError("past the end");
      headers[name] = value;
      at = next;
    }
  } catch (cause) {
    throw cause instanceof Unreadable ? cause : new Unreadable("Malformed event stream headers", { cause });
  }
  return headers;
}

function decodeHeaderValue(bytes: Buffer, type: number, at: number): [value: HeaderValue, next: number] {
  switch (type) {
    case 0:
      return [true, at];
    case 1:
      return [false, at];
    case 2:
      return [bytes.readInt8(at), at + 1];
    case 3:
      return [bytes.readInt16BE(at), at + 2];
    case 4:
      return [bytes.readInt32BE(at), at + 4];
    case 5:
      return [bytes.readBigInt64BE(at), at + 8];
    case 6:
    case 7: {
      const end = at + 2 + bytes.readUInt16BE(at);
      return [type === 6 ? bytes.subarray(at + 2, end) : bytes.toString("utf8", at + 2, end), end];
    }
    case 8:
      return [new Date(Number(bytes.readBigInt64BE(at))), at + 8];
    case 9:
      return [bytes.subarray(at, at + 16), at + 16];
    default:
      throw new Unreadable(`Unknown event stream header type ${type}`);
  }
}
