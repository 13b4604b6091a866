// The record that queues, topics and functions receive
// (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).

import { hostId } from "../../../base/host-id.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { type BucketState, bucketArn } from "../buckets/bucket.ts";
import { canonicalId } from "../buckets/owner.ts";
import { encoder } from "../objects/encoding-type.ts";
import type { ObjectVersion } from "../objects/object.ts";
import type { Happening, HappeningName } from "./happening.ts";

const encode = encoder("url");

export function notificationRecord(
  tx: Transaction,
  bucket: BucketState,
  happening: Happening,
  configurationId: string,
): object {
  const { name, version, restoredUntil } = happening;
  return {
    eventVersion: versionOf(name),
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(tx.now).toISOString(),
    eventName: name,
    userIdentity: { principalId: principalId(tx) },
    requestParameters: { sourceIPAddress: tx.sourceIp },
    responseElements: { "x-amz-request-id": tx.requestId, "x-amz-id-2": hostId(tx.requestId) },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalId(bucket.owner) },
        arn: bucketArn(bucket.name),
      },
      object: {
        key: encode(version.key),
        ...(version.deleteMarker === true || isEnd(name) ? {} : { size: version.size, eTag: version.etag }),
        ...shownVersionId(bucket, version),
        sequencer: sequencerOf(tx, name, version),
      },
    },
    ...(restoredUntil === undefined
      ? {}
      : {
          glacierEventData: {
            restoreEventData: {
              lifecycleRestorationExpiryTime: new Date(restoredUntil).toISOString(),
              lifecycleRestoreStorageClass: version.deleteMarker === true ? undefined : version.storageClass,
            },
          },
        }),
    ...(name === "LifecycleTransition" && version.deleteMarker !== true
      ? { lifecycleEventData: { transitionEventData: { destinationStorageClass: version.storageClass } } }
      : {}),
  };
}

/** What later kinds of events added raised the number. */
function versionOf(name: HappeningName): string {
  if (name.startsWith("Replication")) return "2.2";
  return /^(?:Lifecycle|ObjectAcl|ObjectTagging|ObjectRestore:Delete)/.test(name) ? "2.3" : "2.1";
}

export function isEnd(name: HappeningName): boolean {
  return name === "ObjectRemoved:Delete" || name === "LifecycleExpiration:Delete";
}

export function shownVersionId(
  bucket: BucketState,
  { versionId }: ObjectVersion,
): { readonly versionId?: string } {
  return bucket.versioning === undefined ? {} : { versionId };
}

/** Of two events of one key, the later has the greater, compared as texts. */
export function sequencerOf(tx: Transaction, name: HappeningName, { sequence }: ObjectVersion): string {
  const place = isEnd(name) ? Math.max(tx.now * 1000, sequence + 1) : sequence;
  return place.toString(16).toUpperCase().padStart(18, "0");
}

function principalId({ principal }: Transaction): string {
  switch (principal.type) {
    case "anonymous":
      return "Anonymous";
    case "service":
      return principal.arn;
    default:
      return `AWS:${principal.userId}`;
  }
}
