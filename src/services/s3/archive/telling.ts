// What listeners hear of a restore: that it was asked for, that the copy is
// there, and that it is gone. The clock alone makes the last two true; jobs tell.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Bucket, type BucketState, inside } from "../buckets/bucket.ts";
import { announce } from "../notifications/happening.ts";
import type { StoredObject } from "../objects/object.ts";
import { findVersion } from "../objects/versions.ts";
import type { Restore } from "./restore.ts";

interface Telling {
  readonly bucket: string;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  /** Nothing is told of a restore that another took the place of. */
  readonly until: number;
  readonly name: "ObjectRestore:Completed" | "ObjectRestore:Delete";
}

export const tellRestore = defineJob<Telling>({
  name: "s3.tellRestore",
  run: async ({ bucket: bucketName, bucketId, key, versionId, until, name }, tx) => {
    const bucket = await tx.get(Bucket, bucketName);
    if (bucket?.id !== bucketId) return;
    const version = await findVersion(tx, bucket, key, versionId);
    if (version === undefined || version.deleteMarker === true || version.restore?.until !== until) return;
    await announce(tx, bucket, { name, version, restoredUntil: until });
  },
});

/** `begun`: whether the copy is yet to be made; if not, only its days are new. */
export async function tellOf(
  tx: Transaction,
  bucket: BucketState,
  version: StoredObject & { readonly restore: Restore },
  begun: boolean,
): Promise<void> {
  const { readyAt, until } = version.restore;
  const there = inside(tx, bucket);
  const { key, versionId } = version;
  const telling = { bucket: bucket.name, bucketId: bucket.id, key, versionId, until };
  if (begun) {
    await announce(tx, bucket, { name: "ObjectRestore:Post", version });
    there.enqueue(tellRestore, { ...telling, name: "ObjectRestore:Completed" }, { at: readyAt });
  }
  there.enqueue(tellRestore, { ...telling, name: "ObjectRestore:Delete" }, { at: until });
}
