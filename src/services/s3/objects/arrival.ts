// Blobs that are whole and that nothing refers to yet. Each is on record from
// just before it appears among the blobs until something refers to it; a job
// deletes those whose time ran out, as it does when a process dies in between.
// (What dies earlier leaves a half file, which the store removes at its opening.)

import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { type BucketState, placeOf } from "../buckets/bucket.ts";
import { s3Fault } from "../faults.ts";

interface ArrivalState {
  readonly blob: string;
  /** Set before the blob is deleted: from then on nothing may refer to it any more. */
  readonly givenUp?: true;
}

export const Arrival = defineResource<ArrivalState>()({
  service: "s3",
  type: "arrival",
  key: (arrival): readonly [string] => [arrival.blob],
});

const leaseMilliseconds = 5 * 60_000;

export const dropArrival = defineJob<{ readonly blob: string }>({
  name: "s3.dropArrival",
  run: { waits: ({ blob }, ctx) => drop(ctx, blob) },
});

/** The stream, and at its end the record of the blob that it becomes. */
export async function* onRecord(
  ctx: Waiting,
  bucket: BucketState,
  body: ByteStream,
  blob: string,
): AsyncGenerator<Uint8Array> {
  yield* body;
  await ctx.at(placeOf(bucket)).atomically(async (tx) => {
    tx.put(Arrival, { blob });
    tx.enqueue(dropArrival, { blob }, { at: tx.now + leaseMilliseconds, id: blob });
  });
}

/** From now on something refers to the blob. `there`: at the bucket's place. */
export async function endArrival(there: Transaction, blob: string): Promise<void> {
  const arrival = await there.get(Arrival, blob);
  if (arrival === undefined || arrival.givenUp === true) throw s3Fault("RequestTimeout");
  there.delete(Arrival, blob);
  there.cancel(dropArrival, blob);
}

/** Nothing will refer to the blob, which may not even be there. */
export async function giveUpArrival(ctx: Waiting, bucket: BucketState, blob: string): Promise<void> {
  await drop(ctx.at(placeOf(bucket)), blob);
}

async function drop(there: Waiting, blob: string): Promise<void> {
  const known = await there.atomically(async (tx) => {
    const arrival = await tx.get(Arrival, blob);
    if (arrival !== undefined) tx.put(Arrival, { blob, givenUp: true });
    return arrival !== undefined;
  });
  if (!known) return;
  await there.blobs.delete(blob);
  await there.atomically(async (tx) => {
    tx.delete(Arrival, blob);
    tx.cancel(dropArrival, blob);
  });
}
