// What happens to objects, and how it is told: to the queues, topics and
// functions of the bucket's notification configuration, and to EventBridge. All
// of it is stored with the change itself, so that neither is without the other.

import type { Transaction } from "../../../core/transaction.ts";
import { type BucketState, bucketArn, inside } from "../buckets/bucket.ts";
import { isConfigured, readConfiguration } from "../buckets/configuration.ts";
import type { ObjectVersion } from "../objects/object.ts";
import { busEvent } from "./bus-event.ts";
import { deliverNotification } from "./delivery.ts";
import { notificationRecord } from "./record.ts";
import { matching } from "./targets.ts";

export type HappeningName =
  | "ObjectCreated:Put"
  | "ObjectCreated:Post"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectRemoved:DeleteMarkerCreated"
  | "ObjectRestore:Post"
  | "ObjectRestore:Completed"
  | "ObjectRestore:Delete"
  | "ObjectTagging:Put"
  | "ObjectTagging:Delete"
  | "ObjectAcl:Put"
  | "LifecycleExpiration:Delete"
  | "LifecycleExpiration:DeleteMarkerCreated"
  | "LifecycleTransition"
  | "Replication:OperationFailedReplication";

export interface Happening {
  readonly name: HappeningName;
  readonly version: ObjectVersion;
  /** Of a restored copy: until when it is kept, epoch milliseconds. */
  readonly restoredUntil?: number;
}

/** Tells whoever wants to know; free where the bucket has no notification configuration. */
export async function announce(tx: Transaction, bucket: BucketState, happening: Happening): Promise<void> {
  if (!isConfigured(bucket, "notification")) return;
  const configuration = await readConfiguration(tx, bucket, "notification");
  if (configuration === undefined) return;
  const there = inside(tx, bucket);
  for (const { id, arn } of matching(configuration, happening)) {
    const message = JSON.stringify({ Records: [notificationRecord(tx, bucket, happening, id)] });
    there.enqueue(deliverNotification, { arn, message, bucket: bucket.name });
  }
  if (configuration.EventBridgeConfiguration === undefined) return;
  const event = busEvent(tx, bucket, happening);
  if (event !== undefined) there.publish("aws.s3", { ...event, resources: [bucketArn(bucket.name)] });
}

const creations: Readonly<Record<string, HappeningName>> = {
  CopyObject: "ObjectCreated:Copy",
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
  PostObject: "ObjectCreated:Post",
};

/** What a new version is to those who listen, by the operation that makes it. */
export function creationOf(tx: Transaction, version: ObjectVersion): HappeningName {
  if (version.deleteMarker === true) return "ObjectRemoved:DeleteMarkerCreated";
  return creations[tx.operation ?? ""] ?? "ObjectCreated:Put";
}
