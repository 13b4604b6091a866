// Multipart uploads under way, and their parts. The parts of a completed upload
// stay what they are: the object's content.

import type { Ids } from "../../../core/ids.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ChecksumType } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import type { Algorithm } from "../checksums/algorithm.ts";
import { s3Fault } from "../faults.ts";
import type { OwnContent } from "../objects/content.ts";
import type { ObjectDescription } from "../objects/object.ts";

export interface UploadState extends ObjectDescription {
  readonly bucketId: string;
  readonly key: string;
  readonly id: string;
  readonly initiatedAt: number;
  /** The ARN of who began it. */
  readonly initiator: string;
  readonly checksumAlgorithm: Algorithm;
  readonly checksumType: ChecksumType;
  /** Whether the algorithm was asked for: then every part must come with such a checksum. */
  readonly checksumChosen: boolean;
}

export interface PartState {
  readonly upload: string;
  readonly number: number;
  readonly content: OwnContent;
  readonly size: number;
  /** The MD5, hexadecimal. */
  readonly etag: string;
  /** Of the upload's algorithm, base64. */
  readonly checksum: string;
  readonly modifiedAt: number;
}

export const Upload = defineResource<UploadState>()({
  service: "s3",
  type: "upload",
  key: (upload): readonly [string, string, string] => [upload.bucketId, upload.key, upload.id],
});

export const UploadedPart = defineResource<PartState>()({
  service: "s3",
  type: "part",
  key: (part): readonly [string, number] => [part.upload, part.number],
});

/** The beginning is the time, so that ids of one key are in the order in which its uploads began. */
export function newUploadId(ids: Ids, now: number): string {
  return now.toString(32).padStart(10, "0") + ids.hex(54);
}

export async function findUpload(
  tx: Transaction,
  bucket: BucketState,
  key: string,
  id: string,
): Promise<UploadState> {
  const found = await inside(tx, bucket).get(Upload, bucket.id, key, id);
  if (found === undefined) throw s3Fault("NoSuchUpload", { UploadId: id });
  return found;
}
