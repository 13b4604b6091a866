// How far a mapping has come in a shard. Written when a batch has been dealt
// with: after a crash reading goes on behind it, and nothing is left out.

import { defineResource } from "../../../../core/resource.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { Start } from "../../../../sources/stream-source.ts";

export interface Checkpoint {
  readonly mappingId: string;
  readonly shardId: string;
  /** Where it began; `LATEST` as the moment at which it was. */
  readonly from: Exclude<Start, { readonly type: "AFTER_SEQUENCE_NUMBER" }>;
  /** The last record that was dealt with. */
  readonly sequenceNumber?: string;
  /** The shard is closed, and so is the account with it. */
  readonly ended?: true;
  /** The tumbling window under way, and what the function has made of it. */
  readonly window?: OpenWindow | undefined;
}

export interface OpenWindow {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly state: unknown;
}

export const CheckpointRecord = defineResource<Checkpoint>()({
  service: "lambda",
  type: "stream-checkpoint",
  key: (checkpoint) => [checkpoint.mappingId, checkpoint.shardId],
});

export async function forgetCheckpoints(tx: Transaction, mappingId: string): Promise<void> {
  for (const { shardId } of await tx.all(CheckpointRecord, [mappingId])) {
    tx.delete(CheckpointRecord, mappingId, shardId);
  }
}
