// How far a reader has come in a shard. Written when a batch has been dealt
// with: after a crash reading goes on behind it, and nothing is left out.

import { defineResource } from "../core/resource.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Start } from "./stream-source.ts";

export interface Checkpoint {
  /** Whose it is: a mapping's id, a pipe's. */
  readonly owner: string;
  readonly shardId: string;
  /** Where it began; `LATEST` as the moment at which it was. */
  readonly from: Exclude<Start, { readonly type: "AFTER_SEQUENCE_NUMBER" }>;
  /** The last record that was dealt with. */
  readonly sequenceNumber?: string;
  /** The shard is closed, and so is the account with it. */
  readonly ended?: true;
  /** A tumbling window under way, and what was made of it so far. */
  readonly window?: OpenWindow | undefined;
}

export interface OpenWindow {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly state: unknown;
}

/** Each service keeps its own. */
export function checkpoints(service: string) {
  return defineResource<Checkpoint>()({
    service,
    type: "stream-checkpoint",
    key: (checkpoint) => [checkpoint.owner, checkpoint.shardId],
  });
}

export type Checkpoints = ReturnType<typeof checkpoints>;

export async function forgetCheckpoints(tx: Transaction, records: Checkpoints, owner: string): Promise<void> {
  for (const { shardId } of await tx.all(records, [owner])) tx.delete(records, owner, shardId);
}
