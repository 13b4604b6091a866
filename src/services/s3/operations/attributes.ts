// GetObjectAttributes: what an object is, without its bytes.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { GetObjectAttributesParts, S3 } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { checksumMembers, valueMember } from "../checksums/checksum.ts";
import { readCustomerKey } from "../encryption/customer-key.ts";
import { checkApplies } from "../encryption/keys.ts";
import type { Input, Output } from "../model.ts";
import { partsOf } from "../objects/content.ts";
import type { StoredObject } from "../objects/object.ts";
import { findObject } from "../objects/versions.ts";
import { limitOf } from "./list.ts";
import { shownVersion } from "./objects.ts";

async function getObjectAttributes(
  input: Input<"GetObjectAttributes">,
  tx: Transaction,
): Promise<Output<"GetObjectAttributes">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  checkApplies(object.encryption, readCustomerKey(input));
  const asked = new Set<string>(input.ObjectAttributes);
  const inParts = "upload" in object.content;
  return {
    LastModified: object.modifiedAt,
    ...shownVersion(bucket, object),
    // Without quotes, as nowhere else.
    ...(asked.has("ETag") ? { ETag: object.etag } : {}),
    ...(asked.has("Checksum") ? { Checksum: wholeChecksum(object) } : {}),
    ...(asked.has("ObjectParts") && inParts
      ? { ObjectParts: await objectParts(tx, bucket, object, input) }
      : {}),
    ...(asked.has("StorageClass") ? { StorageClass: object.storageClass } : {}),
    ...(asked.has("ObjectSize") ? { ObjectSize: object.size } : {}),
  };
}

function wholeChecksum(object: StoredObject): ReturnType<typeof checksumMembers> {
  const { checksum } = object;
  const value = checksum.value.replace(/-\d+$/, "");
  return checksumMembers({ ...checksum, value });
}

async function objectParts(
  tx: Transaction,
  bucket: BucketState,
  object: StoredObject,
  input: Input<"GetObjectAttributes">,
): Promise<GetObjectAttributesParts> {
  const all = await partsOf(inside(tx, bucket), object);
  const { algorithm, type } = object.checksum;
  const marker = input.PartNumberMarker ?? 0;
  const limit = limitOf(input.MaxParts, "max-parts");
  const after = all.filter((part) => part.number > marker);
  const page = after.slice(0, limit);
  const counted = { TotalPartsCount: all.length };
  // The single parts show where their checksums make the object's.
  if (type !== "COMPOSITE") return counted;
  return {
    ...counted,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: after.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      ...valueMember({ algorithm, value: part.checksum }),
    })),
  };
}

export const attributeOperations = {
  GetObjectAttributes: getObjectAttributes,
} satisfies Operations<S3>;
