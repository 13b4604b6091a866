// The columns of an inventory, and what they say of one version
// (docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html).

import type {
  InventoryConfiguration,
  InventoryOptionalField,
  LifecycleRule,
} from "../../../model/generated/s3.d.ts";
import { ownersOnly } from "../access/grants.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { canonicalId } from "../buckets/owner.ts";
import { expiryOf } from "../lifecycle/rules.ts";
import { encoder } from "../objects/encoding-type.ts";
import type { ObjectAccess, ObjectVersion, StoredObject } from "../objects/object.ts";

const encode = encoder("url");

/** What a row is about besides the version itself. */
export interface Counted {
  readonly configuration: InventoryConfiguration;
  readonly bucket: BucketState;
  readonly rules: readonly LifecycleRule[];
}

type Column = (object: StoredObject, counted: Counted, isLatest: boolean) => string;

const columns: Readonly<Record<InventoryOptionalField, Column>> = {
  Size: ({ size }) => String(size),
  LastModifiedDate: ({ modifiedAt }) => date(modifiedAt),
  ETag: ({ etag }) => etag,
  StorageClass: ({ storageClass }) => storageClass,
  IsMultipartUploaded: ({ content }) => String("upload" in content),
  ReplicationStatus: ({ replication }) => replication?.status ?? "",
  EncryptionStatus: ({ encryption }) => protections[encryption?.type ?? "AES256"],
  ObjectLockRetainUntilDate: ({ lock }) => date(lock?.retention?.until),
  ObjectLockMode: ({ lock }) => modes[lock?.retention?.mode ?? ""] ?? "",
  ObjectLockLegalHoldStatus: ({ lock }) => (lock?.legalHold === true ? "On" : "Off"),
  // Nothing moves between the tiers here.
  IntelligentTieringAccessTier: ({ storageClass }) =>
    storageClass === "INTELLIGENT_TIERING" ? "FREQUENT" : "",
  BucketKeyStatus: ({ encryption }) =>
    encryption !== undefined && "bucketKey" in encryption && encryption.bucketKey ? "ENABLED" : "DISABLED",
  ChecksumAlgorithm: ({ checksum }) => checksum.algorithm,
  ObjectAccessControlList: ({ access }, { bucket }) => grantsText(access, bucket.owner),
  ObjectOwner: ({ access }, { bucket }) => canonicalId(access?.owner ?? bucket.owner),
  LifecycleExpirationDate: (object, { rules }, isLatest) =>
    date(isLatest ? expiryOf(rules, object)?.at : undefined),
};

const protections = {
  AES256: "SSE-S3",
  "aws:kms": "SSE-KMS",
  "aws:kms:dsse": "DSSE-KMS",
  customer: "SSE-C",
} as const;

const modes: Readonly<Record<string, string>> = { GOVERNANCE: "Governance", COMPLIANCE: "Compliance" };

function date(time: number | undefined): string {
  return time === undefined ? "" : new Date(time).toISOString();
}

/** The list as JSON in base64. */
function grantsText(access: ObjectAccess | undefined, bucketOwner: string): string {
  const list = access?.acl ?? ownersOnly(access?.owner ?? bucketOwner);
  const grants = list.map(({ Grantee, Permission }) => ({
    ...(Grantee?.URI === undefined ? { canonicalId: Grantee?.ID } : { uri: Grantee.URI }),
    type: Grantee?.Type,
    permission: Permission,
  }));
  const document = { version: "2022-11-10", status: "AVAILABLE", grants };
  return Buffer.from(JSON.stringify(document)).toString("base64");
}

export function columnsOf(configuration: InventoryConfiguration): readonly string[] {
  const versions =
    configuration.IncludedObjectVersions === "All" ? ["VersionId", "IsLatest", "IsDeleteMarker"] : [];
  return ["Bucket", "Key", ...versions, ...(configuration.OptionalFields ?? [])];
}

export function rowOf(counted: Counted, version: ObjectVersion, isLatest: boolean): string {
  const { configuration, bucket } = counted;
  const marker = version.deleteMarker === true;
  const versions =
    configuration.IncludedObjectVersions === "All"
      ? [version.versionId === "null" ? "" : version.versionId, String(isLatest), String(marker)]
      : [];
  const optional = (configuration.OptionalFields ?? []).map((field) => {
    if (version.deleteMarker === true) return field === "LastModifiedDate" ? date(version.modifiedAt) : "";
    return columns[field](version, counted, isLatest);
  });
  const cells = [bucket.name, encode(version.key), ...versions, ...optional];
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`;
}
