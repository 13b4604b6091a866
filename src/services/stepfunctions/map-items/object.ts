// Objects of S3 as streams of bytes and lines. What is compressed is unpacked on
// the way.

import { createInterface } from "node:readline";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { StateError } from "../asl/data/scope.ts";

export const s3 = modelOf<S3>("s3");

export interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

export function readerFailed(why: string): StateError {
  return new StateError("States.ItemReaderFailed", why);
}

/** The object's bytes; unpacked where they begin as gzip does. */
export async function open(name: ObjectName, ctx: Waiting): Promise<Readable> {
  try {
    const { Body } = await ctx.call(s3, "GetObject", name);
    return await unpacked(Body as AsyncIterable<Uint8Array> | Uint8Array | undefined);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw readerFailed(`Unable to read s3://${name.Bucket}/${name.Key}: ${error.message} (${error.code})`);
  }
}

async function unpacked(body: AsyncIterable<Uint8Array> | Uint8Array | undefined): Promise<Readable> {
  const chunks = (body instanceof Uint8Array ? once(body) : (body ?? once(new Uint8Array())))[
    Symbol.asyncIterator
  ]();
  const first = await chunks.next();
  const head = first.done === true ? new Uint8Array() : first.value;
  const whole = Readable.from(rest(head, chunks), { objectMode: false });
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed) return whole;
  // Whoever ends early ends both; what fails is told by the stream that is read.
  return pipeline(whole, createGunzip(), () => undefined);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* rest(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) if (line.trim() !== "") yield line;
  } finally {
    lines.close();
    stream.destroy();
  }
}

/** A whole document must fit into memory several times over. */
const longestDocument = 128 * 1024 * 1024;

export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length > longestDocument) {
      stream.destroy();
      throw readerFailed(
        `The document is longer than ${longestDocument} bytes, the most that Cumulet reads at once`,
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
