// How bytes are encrypted at rest: AES-256 in counter mode, so that a range is
// decrypted without what is before it. Every content has keys of its own,
// derived from its id and the keys that protect it: the counter begins at zero.

import { createCipheriv, createHmac } from "node:crypto";
import type { ByteStream } from "../../../model/shapes.ts";

/** The keys that protect a content, one for each layer: two of `aws:kms:dsse`, none of what is kept as it is. */
export type Keys = readonly Uint8Array[];

const blockSize = 16;

/** Encrypts, and decrypts, the bytes of the content from `start` on. */
export function transformer(keys: Keys, id: string, start = 0): (bytes: Uint8Array) => Uint8Array {
  const layers = keys.map((key) => layer(createHmac("sha256", key).update(id).digest(), start));
  return (bytes) => layers.reduce((before, next) => next.update(before), bytes);
}

export function transformed(
  body: Uint8Array | ByteStream,
  keys: Keys,
  id: string,
  start = 0,
): Uint8Array | ByteStream {
  if (keys.length === 0) return body;
  const transform = transformer(keys, id, start);
  return body instanceof Uint8Array ? transform(body) : each(body, transform);
}

async function* each(
  body: ByteStream,
  transform: (bytes: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield transform(chunk);
}

function layer(key: Uint8Array, start: number): { update(bytes: Uint8Array): Uint8Array } {
  const counter = Buffer.alloc(blockSize);
  counter.writeBigUInt64BE(BigInt(Math.floor(start / blockSize)), blockSize - 8);
  const cipher = createCipheriv("aes-256-ctr", key, counter);
  cipher.update(Buffer.alloc(start % blockSize));
  return cipher;
}
