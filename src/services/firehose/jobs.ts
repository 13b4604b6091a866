// What happens to streams later: changes come to their end, and deleted streams
// lose what they still hold.

import { defineJob, type Job } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import { forgetCheckpoints } from "../../sources/checkpoint.ts";
import { CheckpointRecord } from "./buffer/follow.ts";
import { tendStream } from "./buffer/tend.ts";
import { DeliveryStream, findStream, type StreamName, type StreamState, streamCount } from "./stream.ts";

const removedAtOnce = 1000;

/** Ends `CREATING` and `DELETING`, and changes of the encryption. */
const settleStream = defineJob<StreamName>({
  name: "firehose.settleStream",
  run: async (named, tx) => {
    const stream = await findStream(tx, named);
    if (stream === undefined) return;
    if (stream.status === "DELETING") {
      tx.delete(DeliveryStream, stream.name);
      tx.raw.add(streamCount(tx), -1);
      tx.enqueue(purgeStream, { id: stream.id });
      return;
    }
    if (stream.status === "CREATING") tx.enqueue(tendStream, named, { id: stream.id });
    const { encryption, ...rest } = stream;
    const enabled = encryption !== undefined && encryption.Status !== "DISABLING";
    tx.put(DeliveryStream, {
      ...rest,
      status: "ACTIVE",
      ...(enabled && { encryption: { ...encryption, Status: "ENABLED" as const } }),
    });
  },
});

/** Asks for the end of a change that was made in this transaction. */
export function settleSoon(tx: Transaction, { name, id }: StreamState): void {
  tx.enqueue(settleStream, { name, id }, { id });
}

const purgeStream: Job<{ readonly id: string }> = defineJob<{ readonly id: string }>({
  name: "firehose.purgeStream",
  run: async ({ id }, tx) => {
    for (const kind of ["log", "bytes", "lane"]) {
      const start = tx.key("firehose", kind, id);
      const entries = await tx.raw.scan({ start, end: `${start}\xff` }, { limit: removedAtOnce });
      for (const entry of entries) tx.raw.delete(entry.key);
      if (entries.length < removedAtOnce) continue;
      tx.enqueue(purgeStream, { id });
      return;
    }
    await forgetCheckpoints(tx, CheckpointRecord, id);
  },
});

export const jobs = [settleStream, purgeStream, tendStream];
