// PutBucketNotificationConfiguration and its counterpart.

import { hostId } from "../../../base/host-id.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { NotificationConfiguration, S3 } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import type { Input, Output } from "../model.ts";
import { completed } from "./checks.ts";
import { deliverNotification } from "./delivery.ts";
import { checkDestinations } from "./destinations.ts";
import { targetsOf } from "./targets.ts";

async function putBucketNotificationConfiguration(
  input: Input<"PutBucketNotificationConfiguration">,
  ctx: Waiting,
): Promise<Output<"PutBucketNotificationConfiguration">> {
  const found = await ctx.atomically(async (tx) => {
    const bucket = await findBucket(tx, input);
    return { bucket, configuration: completed(tx, bucket, input.NotificationConfiguration) };
  });
  const targets = targetsOf(found.configuration);
  if (input.SkipDestinationValidation !== true) await checkDestinations(ctx, found.bucket, targets);
  await ctx.atomically(async (tx) => {
    const bucket = await findBucket(tx, input);
    if (Object.keys(found.configuration).length === 0) {
      removeConfiguration(tx, bucket, "notification");
      return;
    }
    writeConfiguration(tx, bucket, "notification", found.configuration);
    if (input.SkipDestinationValidation !== true) sendTestEvents(tx, bucket, found.configuration);
  });
  return {};
}

/** To queues and topics; functions get none. */
function sendTestEvents(
  tx: Transaction,
  bucket: BucketState,
  configuration: NotificationConfiguration,
): void {
  const message = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(tx.now).toISOString(),
    Bucket: bucket.name,
    RequestId: tx.requestId,
    HostId: hostId(tx.requestId),
  });
  const targets = targetsOf(configuration).filter(({ service }) => service !== "lambda");
  for (const arn of new Set(targets.map((each) => each.arn))) {
    inside(tx, bucket).enqueue(deliverNotification, { arn, message, bucket: bucket.name });
  }
}

async function getBucketNotificationConfiguration(
  input: Input<"GetBucketNotificationConfiguration">,
  tx: Transaction,
): Promise<Output<"GetBucketNotificationConfiguration">> {
  return (await readConfiguration(tx, await findBucket(tx, input), "notification")) ?? {};
}

export const notificationOperations = {
  PutBucketNotificationConfiguration: { waits: putBucketNotificationConfiguration },
  GetBucketNotificationConfiguration: getBucketNotificationConfiguration,
} satisfies Operations<S3>;
