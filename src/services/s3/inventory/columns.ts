// The columns of an inventory, and what they say of one version
// (docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html).

import type { InventoryConfiguration, InventoryOptionalField } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { canonicalId } from "../buckets/owner.ts";
import { encoder } from "../objects/encoding-type.ts";
import type { ObjectVersion, StoredObject } from "../objects/object.ts";

const encode = encoder("url");

type Column = (object: StoredObject, bucket: BucketState) => string;

const columns: Readonly<Partial<Record<InventoryOptionalField, Column>>> = {
  Size: ({ size }) => String(size),
  LastModifiedDate: ({ modifiedAt }) => new Date(modifiedAt).toISOString(),
  ETag: ({ etag }) => etag,
  StorageClass: ({ storageClass }) => storageClass,
  IsMultipartUploaded: ({ content }) => String("upload" in content),
  ChecksumAlgorithm: ({ checksum }) => checksum.algorithm,
  ObjectOwner: ({ access }, { owner }) => canonicalId(access?.owner ?? owner),
  EncryptionStatus: () => "SSE-S3",
  BucketKeyStatus: () => "DISABLED",
};

export function columnsOf(configuration: InventoryConfiguration): readonly string[] {
  const versions =
    configuration.IncludedObjectVersions === "All" ? ["VersionId", "IsLatest", "IsDeleteMarker"] : [];
  return ["Bucket", "Key", ...versions, ...(configuration.OptionalFields ?? [])];
}

export function rowOf(
  configuration: InventoryConfiguration,
  bucket: BucketState,
  version: ObjectVersion,
  isLatest: boolean,
): string {
  const marker = version.deleteMarker === true;
  const versions =
    configuration.IncludedObjectVersions === "All"
      ? [version.versionId === "null" ? "" : version.versionId, String(isLatest), String(marker)]
      : [];
  const optional = (configuration.OptionalFields ?? []).map((field) => {
    if (version.deleteMarker === true)
      return field === "LastModifiedDate" ? new Date(version.modifiedAt).toISOString() : "";
    return columns[field]?.(version, bucket) ?? "";
  });
  const cells = [bucket.name, encode(version.key), ...versions, ...optional];
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`;
}
