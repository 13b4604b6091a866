// Objects as they are kept. The live version of each key is one record, which
// a read finds at once and a list walks in key order; versions that something
// newer covers, and all delete markers, are records beside it.

import { defineResource } from "../../../core/resource.ts";
import type { Grant, StorageClass } from "../../../model/generated/s3.d.ts";
import type { Restore } from "../archive/restore.ts";
import { bucketArn } from "../buckets/bucket.ts";
import type { Checksum } from "../checksums/checksum.ts";
import type { Encryption } from "../encryption/encryption.ts";
import type { Lock } from "../lock/lock.ts";
import type { Content } from "./content.ts";

/** What the sender said about the object, beside its metadata: members of inputs and outputs. */
export interface ObjectHeaders {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: string;
  readonly WebsiteRedirectLocation?: string;
}

/** What comes with an object's first request and stays with it. */
export interface ObjectDescription {
  readonly lock?: Lock;
  /** Absent where the bytes are kept as they are. */
  readonly encryption?: Encryption;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: StorageClass;
  readonly tags?: Readonly<Record<string, string>>;
  /** Absent where it is the bucket owner's, and nobody else's. */
  readonly access?: ObjectAccess;
}

/** Whose an object is, and who else may have it. */
export interface ObjectAccess {
  /** The account, where it is not the bucket's owner. */
  readonly owner?: string;
  readonly acl?: readonly Grant[];
}

interface VersionRecord {
  readonly bucketId: string;
  readonly key: string;
  /** `null` for what was written without versioning. */
  readonly versionId: string;
  /** Rises with every version of the key. */
  readonly sequence: number;
  /** Epoch milliseconds, of whole seconds as on AWS. */
  readonly modifiedAt: number;
}

export interface StoredObject extends VersionRecord, ObjectDescription {
  readonly deleteMarker?: false;
  readonly size: number;
  /** Without its quotes. */
  readonly etag: string;
  readonly content: Content;
  readonly checksum: Checksum;
  /** Of an archived object that somebody asked to have back. */
  readonly restore?: Restore;
  readonly replication?: ReplicationState;
}

/** Of a source, how many destinations are still to be told of. */
export interface ReplicationState {
  readonly status: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";
  readonly left: number;
}

export interface DeleteMarker extends VersionRecord {
  readonly deleteMarker: true;
}

export type ObjectVersion = StoredObject | DeleteMarker;

/** The newest version of a key, where it is no delete marker. */
export const LiveObject = defineResource<StoredObject>()({
  service: "s3",
  type: "object",
  key: (object): readonly [string, string] => [object.bucketId, object.key],
  named: ({ Bucket, Key }) =>
    typeof Bucket === "string" && typeof Key === "string" ? `${bucketArn(Bucket)}/${Key}` : undefined,
});

/** All other versions, the newest of a key first. */
export const CoveredVersion = defineResource<ObjectVersion>()({
  service: "s3",
  type: "version",
  key: (version): readonly [string, string, number] => [version.bucketId, version.key, -version.sequence],
  // There is at most one null version of a key, and its id does not tell where it is.
  indexes: {
    null: (version) => (version.versionId === "null" ? [version.bucketId, version.key] : undefined),
  },
});

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
