// Where an object's bytes are: small ones in the store beside its record, so
// that writing them is one transaction and reading them one look; larger ones
// in a blob; those of a multipart upload in its parts.

import { assert } from "../../../core/fault.ts";
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

/** The parts of a multipart upload, in their order. */
export interface PartsContent {
  readonly upload: string;
  readonly partCount: number;
  /**
   * Of each part but the last, where they are of one size and numbered from 1 on, as nearly
   * all clients make them: any part is then found without a look at the others.
   */
  readonly partSize?: number;
}

export type Content = OwnContent | PartsContent;

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

/** `parts`: at least one. */
export function contentOf(
  upload: string,
  parts: readonly Pick<PartState, "number" | "size">[],
): PartsContent {
  const partCount = parts.length;
  const partSize = parts[0]!.size;
  const even = parts.every(
    ({ number, size }, at) => number === at + 1 && (size === partSize || number === partCount),
  );
  return { upload, partCount, ...(even ? { partSize } : {}) };
}

/** By its position, from 1; undefined where there is none. Of an object in one place, all of it is its first part. */
export async function partAt(
  there: Transaction,
  object: StoredObject,
  position: number,
): Promise<{ readonly start: number; readonly size: number } | undefined> {
  const { content, size } = object;
  if (!("upload" in content)) return position === 1 ? { start: 0, size } : undefined;
  const { partCount, partSize } = content;
  if (partSize === undefined) return (await partsOf(there, object))[position - 1];
  if (position > partCount) return undefined;
  const start = (position - 1) * partSize;
  return { start, size: position === partCount ? size - start : partSize };
}

/** More are read faster one after the other than each for itself. */
const fewParts = 16;

async function partsWithin(
  there: Transaction,
  object: StoredObject,
  { upload, partCount, partSize }: PartsContent,
  range: BlobRange,
): Promise<readonly PlacedPart[]> {
  if (partSize === undefined) return partsOf(there, object);
  const numberAt = (place: number) => Math.min(partCount, Math.floor(place / partSize) + 1);
  const [first, last] = [numberAt(range.start), numberAt(range.end)];
  if (last - first >= fewParts) return partsOf(there, object);
  const parts: PlacedPart[] = [];
  for (let number = first; number <= last; number += 1) {
    const part = await there.get(UploadedPart, upload, number);
    assert(part !== undefined, "An object has all of its parts.");
    parts.push({ ...part, start: (number - 1) * partSize });
  }
  return parts;
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
  for (const part of await partsWithin(there, object, object.content, range)) {
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
