// An object's bytes: all of them or a range, from its blob or from its parts.

import type { BlobRange } from "../../../core/ports/blobs.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { type BucketState, placeOf } from "../buckets/bucket.ts";
import { type PartState, UploadedPart } from "../uploads/upload.ts";
import type { StoredObject } from "./object.ts";

/** A part of an object, with the place of its first byte in the whole. */
export interface PlacedPart extends PartState {
  readonly start: number;
}

/** The parts of an object that was uploaded in parts, in order; none of any other. `there`: at the bucket's place. */
export async function partsOf(there: Transaction, object: StoredObject): Promise<readonly PlacedPart[]> {
  if ("blob" in object.content) return [];
  let start = 0;
  const parts = await there.all(UploadedPart, [object.content.upload]);
  return parts.map((part) => {
    const placed = { ...part, start };
    start += part.size;
    return placed;
  });
}

/** Throws `BlobMissingError` where the object was deleted since it was looked up. */
export async function readContent(
  ctx: Waiting,
  bucket: BucketState,
  object: StoredObject,
  range?: BlobRange,
): Promise<ByteStream> {
  if ("blob" in object.content) return ctx.blobs.get(object.content.blob, range);
  const parts = await ctx.at(placeOf(bucket)).atomically((tx) => partsOf(tx, object));
  const wanted = range ?? { start: 0, end: object.size - 1 };
  const pieces = parts.flatMap((part) => {
    const start = Math.max(0, wanted.start - part.start);
    const end = Math.min(part.size - 1, wanted.end - part.start);
    return start > end ? [] : [{ blob: part.blob, range: { start, end } }];
  });
  const [first, ...others] = pieces;
  if (first === undefined) return none();
  return concatenated(await ctx.blobs.get(first.blob, first.range), others, ctx);
}

async function* concatenated(
  first: ByteStream,
  others: readonly { readonly blob: string; readonly range: BlobRange }[],
  ctx: Waiting,
): AsyncGenerator<Uint8Array> {
  yield* first;
  for (const { blob, range } of others) yield* await ctx.blobs.get(blob, range);
}

async function* none(): AsyncGenerator<Uint8Array> {}
