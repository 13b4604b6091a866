// ListObjectVersions: every version and delete marker, of each key the newest first.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { DeleteMarkerEntry, S3, ObjectVersion as ShownVersion } from "../../../model/generated/s3.d.ts";
import { listedRestore } from "../archive/restore.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { invalidArgument } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { encoder } from "../objects/encoding-type.ts";
import { quoted } from "../objects/object.ts";
import { type StoredVersion, scanVersions, type VersionMarker } from "../objects/scan.ts";
import { sequenceOf } from "../objects/version-id.ts";
import { findVersion, latestVersion } from "../objects/versions.ts";
import { positionOf, walk } from "../objects/walk.ts";
import { echo, limitOf, restoresAt } from "./list.ts";

async function listObjectVersions(
  input: Input<"ListObjectVersions">,
  tx: Transaction,
): Promise<Output<"ListObjectVersions">> {
  const bucket = await findBucket(tx, input);
  const encode = encoder(input.EncodingType);
  const { KeyMarker, VersionIdMarker } = input;
  const marker = await markerOf(tx, bucket, input);
  const page = await walk(scanVersions(tx, bucket, marker), {
    prefix: input.Prefix ?? "",
    delimiter: input.Delimiter,
    ...(marker === undefined ? { marker: KeyMarker } : { from: positionOf(marker.key) }),
    limit: limitOf(input.MaxKeys, "maxKeys"),
  });
  const Versions: ShownVersion[] = [];
  const DeleteMarkers: DeleteMarkerEntry[] = [];
  const restores = restoresAt(tx, input);
  const isLatest = await latestOf(tx, bucket, page.rows[0]);
  for (const row of page.rows) {
    const version = row.value();
    const told = {
      Key: encode(row.key),
      VersionId: version.versionId,
      IsLatest: isLatest(row),
      LastModified: version.modifiedAt,
      Owner: ownerOf(bucket.owner),
    };
    if (version.deleteMarker === true) DeleteMarkers.push(told);
    else {
      Versions.push({
        ...told,
        ETag: quoted(version.etag),
        Size: version.size,
        // The model knows one class only; AWS answers all of them.
        StorageClass: version.storageClass as "STANDARD",
        ChecksumAlgorithm: [version.checksum.algorithm],
        ChecksumType: version.checksum.type,
        ...(restores === undefined ? {} : listedRestore(version, restores)),
      });
    }
  }
  const last = page.rows.at(-1);
  const endsAtVersion = last !== undefined && last.key === page.last;
  return {
    ...echo(input, encode),
    KeyMarker: encode(KeyMarker ?? ""),
    VersionIdMarker: VersionIdMarker ?? "",
    IsTruncated: page.truncated,
    ...(page.truncated && page.last !== undefined
      ? {
          NextKeyMarker: encode(page.last),
          ...(endsAtVersion ? { NextVersionIdMarker: last.value().versionId } : {}),
        }
      : {}),
    Versions,
    DeleteMarkers,
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

/** The version to go on after; undefined where a whole key, or nothing, is. */
async function markerOf(
  tx: Transaction,
  bucket: BucketState,
  input: Input<"ListObjectVersions">,
): Promise<VersionMarker | undefined> {
  const { KeyMarker: key, VersionIdMarker: versionId } = input;
  if (versionId === undefined || versionId === "") return undefined;
  if (key === undefined || key === "") {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      versionId,
    );
  }
  const sequence = sequenceOf(versionId) ?? (await findVersion(tx, bucket, key, versionId))?.sequence;
  // A null version that has been deleted meanwhile tells no place: the key begins again, so that nothing is left out.
  return { key, sequence: sequence ?? Number.MAX_SAFE_INTEGER };
}

/** Only the page's first key may have begun on the page before. */
async function latestOf(
  tx: Transaction,
  bucket: BucketState,
  first: StoredVersion | undefined,
): Promise<(row: StoredVersion) => boolean> {
  const latest = first === undefined ? undefined : await latestVersion(tx, bucket, first.key);
  let before: string | undefined;
  return (row) => {
    const opens = row.key !== before;
    before = row.key;
    return row.key === latest?.key ? row.value().sequence === latest.sequence : opens;
  };
}

export const listVersionsOperations = {
  ListObjectVersions: listObjectVersions,
} satisfies Operations<S3>;
