// Where an object's bytes are: small ones in the store beside its record, so
// that writing them is one transaction and reading them one look; larger ones
// in a blob; those of a multipart upload in its parts.

import type { BlobRange, Blobs } from "../../../core/ports/blobs.ts";
import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { type Keys, transformed } from "../encryption/cipher.ts";
import { type PartState, UploadedPart } from "../uploads/upload.ts";
import type { StoredObject } from "./object.ts";
import { smallBytes, whole } from "./small.ts";

/** Bytes in one place. */
export type OwnContent = { readonly body: string } | { readonly blob: string };

/** The place of its own, or the parts of a multipart upload in their order. */
export type Content = OwnContent | { readonly upload: string; readonly partCount: number };

export function bodyKey(there: Transaction, body: string): Key {
  return there.key("s3", "body", body);
}

/** A part of an object, with the place of its first byte in the whole. */
export interface PlacedPart extends PartState {
  readonly start: number;
}

/** The parts of an object that was uploaded in parts, in order; none of any other. `there`: at the bucket's place. */
export async function partsOf(there: Transaction, object: StoredObject): Promise<readonly PlacedPart[]> {
  if (!("upload" in object.content)) return [];
  let start = 0;
  const parts = await there.all(UploadedPart, [object.content.upload]);
  return parts.map((part) => {
    const placed = { ...part, start };
    start += part.size;
    return placed;
  });
}

/** A stretch of an object, within one place. */
export interface Piece {
  /** Of the place. */
  readonly id: string;
  /** All of its bytes, where no blob holds them. */
  readonly bytes?: Uint8Array;
  readonly range: BlobRange;
}

/** What is to be read, in order. `there`: at the bucket's place. */
export async function piecesOf(
  there: Transaction,
  object: StoredObject,
  range: BlobRange = { start: 0, end: object.size - 1 },
): Promise<readonly Piece[]> {
  if (range.end < range.start) return [];
  if (!("upload" in object.content)) return [await piece(there, object.content, range)];
  const pieces: Piece[] = [];
  for (const part of await partsOf(there, object)) {
    const start = Math.max(0, range.start - part.start);
    const end = Math.min(part.size - 1, range.end - part.start);
    if (start <= end) pieces.push(await piece(there, part.content, { start, end }));
  }
  return pieces;
}

async function piece(there: Transaction, content: OwnContent, range: BlobRange): Promise<Piece> {
  if ("blob" in content) return { id: content.blob, range };
  const stored = await there.raw.get(bodyKey(there, content.body));
  // The store may use the memory again once the transaction is over.
  return { id: content.body, bytes: Buffer.from(stored ?? []), range };
}

/** Throws `BlobMissingError` where the object was deleted since it was looked up. */
export async function openPieces(
  blobs: Blobs,
  pieces: readonly Piece[],
  keys: Keys,
): Promise<Uint8Array | ByteStream> {
  const [first, ...others] = pieces;
  if (first === undefined) return new Uint8Array(0);
  const opened = await open(blobs, first, keys);
  if (others.length > 0) return concatenated(blobs, opened, others, keys);
  const { start, end } = first.range;
  return opened instanceof Uint8Array || end - start >= smallBytes ? opened : whole(opened);
}

async function open(blobs: Blobs, piece: Piece, keys: Keys): Promise<Uint8Array | ByteStream> {
  const { id, bytes, range } = piece;
  const { start, end } = range;
  return transformed(bytes?.subarray(start, end + 1) ?? (await blobs.get(id, range)), keys, id, start);
}

async function* concatenated(
  blobs: Blobs,
  first: Uint8Array | ByteStream,
  others: readonly Piece[],
  keys: Keys,
): AsyncGenerator<Uint8Array> {
  yield* streamed(first);
  for (const other of others) yield* streamed(await open(blobs, other, keys));
}

async function* streamed(body: Uint8Array | ByteStream): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}
