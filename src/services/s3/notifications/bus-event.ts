// What EventBridge is told of a bucket: its own words, and keys unencoded
// (docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).

import type { Transaction } from "../../../core/transaction.ts";
import type { BucketState } from "../buckets/bucket.ts";
import type { Happening, HappeningName } from "./happening.ts";
import { isEnd, sequencerOf, shownVersionId } from "./record.ts";

const types: Readonly<Partial<Record<HappeningName, string>>> = {
  "ObjectRestore:Post": "Object Restore Initiated",
  "ObjectRestore:Completed": "Object Restore Completed",
  "ObjectRestore:Delete": "Object Restore Expired",
  "ObjectTagging:Put": "Object Tags Added",
  "ObjectTagging:Delete": "Object Tags Deleted",
  "ObjectAcl:Put": "Object ACL Updated",
  LifecycleTransition: "Object Storage Class Changed",
};

/** Undefined of what is not told there. */
export function busEvent(tx: Transaction, bucket: BucketState, happening: Happening): object | undefined {
  const { name, version, restoredUntil } = happening;
  const type = typeOf(name);
  if (type === undefined) return undefined;
  const { versionId } = shownVersionId(bucket, version);
  const { principal } = tx;
  return {
    "detail-type": type,
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(version.deleteMarker === true || isEnd(name) ? {} : { size: version.size, etag: version.etag }),
        ...(versionId === undefined ? {} : { "version-id": versionId }),
        ...(/^Object(?:Created|Removed)|^LifecycleExpiration/.test(name)
          ? { sequencer: sequencerOf(tx, name, version) }
          : {}),
      },
      "request-id": tx.requestId,
      requester: principal.type === "service" ? "s3.amazonaws.com" : principal.account,
      ...(principal.type === "service" ? {} : { "source-ip-address": tx.sourceIp }),
      ...(type === "Object Created" ? { reason: tx.operation ?? "PutObject" } : {}),
      ...(type === "Object Deleted"
        ? {
            reason: name.startsWith("Lifecycle") ? "Lifecycle Expiration" : "DeleteObject",
            "deletion-type": isEnd(name) ? "Permanently Deleted" : "Delete Marker Created",
          }
        : {}),
      ...(restoredUntil === undefined
        ? {}
        : { "restore-expiry-time": new Date(restoredUntil).toISOString() }),
      ...(name === "LifecycleTransition" && version.deleteMarker !== true
        ? { "destination-storage-class": version.storageClass }
        : {}),
    },
  };
}

function typeOf(name: HappeningName): string | undefined {
  if (name.startsWith("ObjectCreated")) return "Object Created";
  if (/^(?:ObjectRemoved|LifecycleExpiration)/.test(name)) return "Object Deleted";
  return types[name];
}
