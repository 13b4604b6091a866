// Reads what a request says about the object it makes, and refuses what
// Cumulet would have to do for it and does not.

import type { StorageClass } from "../../../model/generated/s3.d.ts";
import { type ShownEncryption, shownEncryption } from "../encryption/encryption.ts";
import { s3Fault } from "../faults.ts";
import type { Input } from "../model.ts";
import { tagsFromHeader } from "../tags.ts";
import type { ObjectDescription, ObjectHeaders, ReplicationState, StoredObject } from "./object.ts";

type DescribingInput = Partial<
  Omit<Input<"PutObject">, "Body" | "Bucket" | "Key"> & Omit<Input<"CopyObject">, "Bucket" | "Key">
>;

const longestKey = 1024;
const largestMetadata = 2048;
const storageClasses: readonly StorageClass[] = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "GLACIER_IR",
  "DEEP_ARCHIVE",
];

const headerNames = [
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ContentType",
  "Expires",
  "WebsiteRedirectLocation",
] as const satisfies readonly (keyof ObjectHeaders)[];

export function checkKey(key: string): void {
  // No letter takes more than three bytes for each of its code units.
  if (key.length * 3 <= longestKey) return;
  const size = Buffer.byteLength(key);
  if (size > longestKey) throw s3Fault("KeyTooLongError", { Size: size, MaxSizeAllowed: longestKey });
}

export function describe(input: DescribingInput): ObjectDescription {
  const { StorageClass: storageClass = "STANDARD", Metadata: metadata = {}, Tagging } = input;
  if (!storageClasses.includes(storageClass)) {
    throw s3Fault("InvalidStorageClass", { StorageClassRequested: storageClass });
  }
  checkMetadata(metadata);
  return {
    headers: { ContentType: "binary/octet-stream", ...headersOf(input) },
    metadata,
    storageClass,
    ...(Tagging === undefined ? {} : { tags: tagsFromHeader(Tagging) }),
  };
}

function headersOf(input: DescribingInput): ObjectHeaders {
  const given = headerNames.filter((name) => input[name] !== undefined && input[name] !== "");
  return Object.fromEntries(given.map((name) => [name, input[name]]));
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let size = 0;
  for (const [name, value] of Object.entries(metadata)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (size > largestMetadata) {
    throw s3Fault("MetadataTooLarge", { Size: size, MaxSizeAllowed: largestMetadata });
  }
}

/** What the outputs of reads say of an object, beside its bytes. */
export function shown(object: StoredObject): Shown {
  const { headers, metadata, storageClass, etag, modifiedAt, encryption, replication } = object;
  const told: Shown = {
    ...headers,
    ETag: `"${etag}"`,
    LastModified: modifiedAt,
    AcceptRanges: "bytes",
    Metadata: metadata,
  };
  if (encryption === undefined) told.ServerSideEncryption = "AES256";
  else Object.assign(told, shownEncryption(encryption));
  if (replication !== undefined) told.ReplicationStatus = replication.status;
  // S3 leaves out the usual class.
  if (storageClass !== "STANDARD") told.StorageClass = storageClass;
  return told;
}

type Shown = ObjectHeaders &
  ShownEncryption & {
    readonly ETag: string;
    readonly LastModified: number;
    readonly AcceptRanges: string;
    readonly Metadata: Readonly<Record<string, string>>;
    ServerSideEncryption?: ShownEncryption["ServerSideEncryption"];
    ReplicationStatus?: ReplicationState["status"];
    StorageClass?: StorageClass;
  };
