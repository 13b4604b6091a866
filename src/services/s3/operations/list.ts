// ListObjects and ListObjectsV2: one walk, told in two ways.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3, Object as ShownObject } from "../../../model/generated/s3.d.ts";
import { listedRestore } from "../archive/restore.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { invalidArgument } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { encoder } from "../objects/encoding-type.ts";
import { quoted, type StoredObject } from "../objects/object.ts";
import { scanObjects } from "../objects/scan.ts";
import { walk } from "../objects/walk.ts";

const mostKeys = 1000;

async function listObjects(input: Input<"ListObjects">, tx: Transaction): Promise<Output<"ListObjects">> {
  const bucket = await findBucket(tx, input);
  const encode = encoder(input.EncodingType);
  const page = await listPage(tx, bucket, input, input.Marker);
  const shown = { bucket, encode, restoresAt: restoresAt(tx, input) };
  return {
    ...echo(input, encode),
    Marker: encode(input.Marker ?? ""),
    IsTruncated: page.truncated,
    ...(page.truncated && hasDelimiter(input) ? { NextMarker: encode(page.last ?? "") } : {}),
    Contents: page.rows.map((row) => contents(row.value(), { ...shown, withOwner: true })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

async function listObjectsV2(
  input: Input<"ListObjectsV2">,
  tx: Transaction,
): Promise<Output<"ListObjectsV2">> {
  const bucket = await findBucket(tx, input);
  const encode = encoder(input.EncodingType);
  const { ContinuationToken: token, StartAfter } = input;
  const page = await listPage(tx, bucket, input, token === undefined ? StartAfter : readToken(token));
  const { last } = page;
  const shown = { bucket, encode, restoresAt: restoresAt(tx, input) };
  return {
    ...echo(input, encode),
    KeyCount: page.rows.length + page.prefixes.length,
    IsTruncated: page.truncated,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(StartAfter === undefined ? {} : { StartAfter: encode(StartAfter) }),
    ...(page.truncated && last !== undefined ? { NextContinuationToken: writeToken(last) } : {}),
    Contents: page.rows.map((row) =>
      contents(row.value(), { ...shown, withOwner: input.FetchOwner === true }),
    ),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

type ListInput = Pick<Input<"ListObjects">, "Bucket" | "Prefix" | "Delimiter" | "MaxKeys" | "EncodingType">;

function listPage(tx: Transaction, bucket: BucketState, input: ListInput, marker: string | undefined) {
  return walk(scanObjects(tx, bucket), {
    prefix: input.Prefix ?? "",
    delimiter: input.Delimiter,
    marker,
    limit: limitOf(input.MaxKeys, "maxKeys"),
  });
}

export function limitOf(asked: number | undefined, name: string): number {
  if (asked === undefined) return mostKeys;
  if (asked < 0) {
    const message = `Argument ${name} must be an integer between 0 and 2147483647`;
    throw invalidArgument(message, name, asked);
  }
  return Math.min(asked, mostKeys);
}

export function hasDelimiter(input: { readonly Delimiter?: string | undefined }): boolean {
  return input.Delimiter !== undefined && input.Delimiter !== "";
}

/** What the answer repeats of the question. */
export function echo(
  input: ListInput,
  encode: (text: string) => string,
): Pick<Output<"ListObjects">, "Name" | "Prefix" | "Delimiter" | "MaxKeys" | "EncodingType"> {
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    ...(hasDelimiter(input) ? { Delimiter: encode(input.Delimiter ?? "") } : {}),
    MaxKeys: limitOf(input.MaxKeys, "maxKeys"),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}

/** The time at which copies of archived objects are looked at; undefined where nobody asks for them. */
export function restoresAt(
  tx: Transaction,
  { OptionalObjectAttributes: asked }: Pick<Input<"ListObjects">, "OptionalObjectAttributes">,
): number | undefined {
  return asked?.includes("RestoreStatus") === true ? tx.now : undefined;
}

interface Shown {
  readonly bucket: BucketState;
  readonly encode: (text: string) => string;
  readonly restoresAt: number | undefined;
  readonly withOwner: boolean;
}

function contents(object: StoredObject, { bucket, encode, restoresAt, withOwner }: Shown): ShownObject {
  const { key, modifiedAt, etag, size, storageClass, checksum } = object;
  return {
    Key: encode(key),
    LastModified: modifiedAt,
    ETag: quoted(etag),
    Size: size,
    StorageClass: storageClass,
    ChecksumAlgorithm: [checksum.algorithm],
    ChecksumType: checksum.type,
    ...(withOwner ? { Owner: ownerOf(bucket.owner) } : {}),
    ...(restoresAt === undefined ? {} : listedRestore(object, restoresAt)),
  };
}

function writeToken(last: string): string {
  return Buffer.from(`1${last}`).toString("base64");
}

function readToken(token: string): string {
  const bytes = Buffer.from(token, "base64");
  if (bytes.toString("base64") !== token || bytes[0] !== 0x31) {
    const message = "The continuation token provided is incorrect";
    throw invalidArgument(message, "continuation-token", undefined);
  }
  return bytes.subarray(1).toString();
}

export const listOperations = {
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
} satisfies Operations<S3>;
