// DeleteObject and DeleteObjects: a delete marker where the bucket keeps
// versions, the end of the object where it does not or a version is named.

import { Fault } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeletedObject,
  Error as DeleteError,
  ObjectIdentifier,
  S3,
} from "../../../model/generated/s3.d.ts";
import { authorizeKey } from "../access/authorize.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault, unsupportedHeader } from "../faults.ts";
import { checkDeletable } from "../lock/lock.ts";
import type { Input, Output } from "../model.ts";
import { names } from "../objects/conditions.ts";
import { checkKey } from "../objects/description.ts";
import { addVersion, findVersion, removeVersion } from "../objects/versions.ts";

const mostAtOnce = 1000;

interface Removal {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModifiedTime?: number | undefined;
  readonly Size?: number | undefined;
}

/** What became of it: a marker made or removed, or nothing to tell. */
interface Removed {
  readonly deleteMarker: boolean;
  readonly versionId?: string;
}

async function deleteObject(input: Input<"DeleteObject">, tx: Transaction): Promise<Output<"DeleteObject">> {
  const bucket = await findBucket(tx, input);
  const { deleteMarker, versionId } = await remove(
    tx,
    bucket,
    {
      Key: input.Key,
      VersionId: input.VersionId,
      ETag: input.IfMatch,
      LastModifiedTime: input.IfMatchLastModifiedTime,
      Size: input.IfMatchSize,
    },
    input.BypassGovernanceRetention === true,
  );
  return {
    ...(deleteMarker ? { DeleteMarker: true } : {}),
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  };
}

async function deleteObjects(
  input: Input<"DeleteObjects">,
  tx: Transaction,
): Promise<Output<"DeleteObjects">> {
  const bucket = await findBucket(tx, input);
  const { Objects, Quiet } = input.Delete;
  const bypass = input.BypassGovernanceRetention === true;
  if (Objects.length === 0 || Objects.length > mostAtOnce) throw s3Fault("MalformedXML");
  const deleted: DeletedObject[] = [];
  const errors: DeleteError[] = [];
  for (const each of Objects) {
    try {
      await authorizeKey(tx, bucket, "DeleteObject", each);
      deleted.push(told(each, await remove(tx, bucket, each, bypass)));
    } catch (error) {
      // Checks come before writes, so that a removal that faults has changed nothing.
      if (!(error instanceof Fault)) throw error;
      errors.push({
        Key: each.Key,
        ...(each.VersionId === undefined ? {} : { VersionId: each.VersionId }),
        Code: error.code,
        Message: error.message,
      });
    }
  }
  return { ...(Quiet === true ? {} : { Deleted: deleted }), Errors: errors };
}

async function remove(
  tx: Transaction,
  bucket: BucketState,
  removal: Removal,
  bypass: boolean,
): Promise<Removed> {
  const { Key: key, VersionId: versionId } = removal;
  checkKey(key);
  const found = await findVersion(tx, bucket, key, versionId);
  checkConditions(found?.deleteMarker === true ? undefined : found, removal);
  if (versionId !== undefined) {
    if (found !== undefined) {
      checkDeletable(found, tx.now, bypass);
      await removeVersion(tx, bucket, found);
    }
    return { deleteMarker: found?.deleteMarker === true, versionId };
  }
  if (bucket.versioning === undefined) {
    if (found !== undefined) await removeVersion(tx, bucket, found);
    return { deleteMarker: false };
  }
  const marker = await addVersion(tx, bucket, { key, deleteMarker: true });
  return { deleteMarker: true, versionId: marker.versionId };
}

function checkConditions(found: { readonly etag: string } | undefined, removal: Removal): void {
  const { Key, ETag, LastModifiedTime, Size } = removal;
  // Conditions of directory buckets.
  if (LastModifiedTime !== undefined) throw unsupportedHeader("x-amz-if-match-last-modified-time");
  if (Size !== undefined) throw unsupportedHeader("x-amz-if-match-size");
  if (ETag === undefined) return;
  if (found === undefined) throw s3Fault("NoSuchKey", { Key });
  if (!names(ETag, found.etag)) throw s3Fault("PreconditionFailed", { Condition: "If-Match" });
}

function told({ Key, VersionId }: ObjectIdentifier, removed: Removed): DeletedObject {
  return {
    Key,
    ...(VersionId === undefined ? {} : { VersionId }),
    ...(removed.deleteMarker && removed.versionId !== undefined
      ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId }
      : {}),
  };
}

export const deleteOperations = {
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
} satisfies Operations<S3>;
