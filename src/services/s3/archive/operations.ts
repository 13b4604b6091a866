// RestoreObject: asks for a readable copy of an archived object, for some days.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { findObject, replaceVersion } from "../objects/versions.ts";
import { isArchived, restoreAt, restoreOf, retrievalMilliseconds } from "./restore.ts";
import { tellOf } from "./telling.ts";

async function restoreObject(
  input: Input<"RestoreObject">,
  tx: Transaction,
): Promise<Output<"RestoreObject">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  const { Days, Type, OutputLocation, GlacierJobParameters, Tier } = input.RestoreRequest ?? {};
  if (Type !== undefined || OutputLocation !== undefined) throw unsupported("restores that select");
  if (!isArchived(object)) {
    throw s3Fault(
      "InvalidObjectState",
      { StorageClass: object.storageClass },
      "Restore is not allowed for the object's current storage class",
    );
  }
  if (Days === undefined) throw s3Fault("MalformedXML");
  if (Days < 1) throw invalidArgument("restoration days should be at least 1", "Days", Days);
  const tier = GlacierJobParameters?.Tier ?? Tier ?? "Standard";
  const milliseconds = retrievalMilliseconds(object, tier);
  if (milliseconds === undefined) {
    const message = `Retrieval option is not supported by this storage class: ${tier}`;
    throw invalidArgument(message, "Tier", tier);
  }
  const before = restoreAt(object, tx.now);
  if (before !== undefined && before.readyAt > tx.now) throw s3Fault("RestoreAlreadyInProgress");
  // A copy that is there is kept for the days asked for now.
  const restore =
    before === undefined
      ? restoreOf(tx.now + milliseconds, Days)
      : { ...restoreOf(tx.now, Days), readyAt: before.readyAt };
  const restored = { ...object, restore };
  await replaceVersion(tx, bucket, restored);
  await tellOf(tx, bucket, restored, before === undefined);
  return {};
}

export const archiveOperations = { RestoreObject: restoreObject } satisfies Operations<S3>;
