// PutBucketInventoryConfiguration and its counterparts.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { InventoryConfiguration, S3 } from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState, inside } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { listNumbered, readNumbered, removeNumbered, writeNumbered } from "../settings/numbered.ts";
import { inventoryId, takeInventory, takeNext } from "./report.ts";

async function putBucketInventoryConfiguration(
  input: Input<"PutBucketInventoryConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketInventoryConfiguration">> {
  const bucket = await findBucket(tx, input);
  const configuration = input.InventoryConfiguration;
  await checkDestination(tx, bucket, configuration);
  await writeNumbered(tx, bucket, "inventory", input.Id, configuration);
  if (configuration.IsEnabled) takeNext(tx, bucket, configuration);
  else inside(tx, bucket).cancel(takeInventory, inventoryId(bucket, input.Id));
  return {};
}

async function checkDestination(
  tx: Transaction,
  bucket: BucketState,
  { Destination }: InventoryConfiguration,
): Promise<void> {
  const { Bucket: arn, Format } = Destination.S3BucketDestination;
  if (Format !== "CSV") throw unsupported(`inventories in the format ${Format}`);
  const name = /^arn:aws[a-z-]*:s3:::([^/]+)$/.exec(arn)?.[1];
  const target = name === undefined ? undefined : await tx.get(Bucket, name);
  if (target === undefined) throw s3Fault("InvalidS3DestinationBucket");
  if (target.region !== bucket.region) throw s3Fault("InvalidS3DestinationBucket");
}

async function deleteBucketInventoryConfiguration(
  input: Input<"DeleteBucketInventoryConfiguration">,
  tx: Transaction,
): Promise<Output<"DeleteBucketInventoryConfiguration">> {
  const bucket = await findBucket(tx, input);
  await removeNumbered(tx, bucket, "inventory", input.Id);
  inside(tx, bucket).cancel(takeInventory, inventoryId(bucket, input.Id));
  return {};
}

export const inventoryOperations = {
  PutBucketInventoryConfiguration: putBucketInventoryConfiguration,
  GetBucketInventoryConfiguration: async (input, tx) => ({
    InventoryConfiguration: await readNumbered(tx, await findBucket(tx, input), "inventory", input.Id),
  }),
  ListBucketInventoryConfigurations: async (input, tx) => {
    const { values, ...page } = await listNumbered(
      tx,
      await findBucket(tx, input),
      "inventory",
      input.ContinuationToken,
    );
    return { ...page, InventoryConfigurationList: values };
  },
  DeleteBucketInventoryConfiguration: deleteBucketInventoryConfiguration,
} satisfies Operations<S3>;
