// A page of a shard's records, for GetRecords and for subscriptions.

import type { Key } from "../../core/ports/store.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { ChildShard, Record } from "../../model/generated/kinesis.d.ts";
import { entryAt, firstSince, type LogEntry, readLog } from "../../sources/log.ts";
import { keptSince } from "./jobs.ts";
import { sequenceNumbers } from "./sequence-number.ts";
import { childrenOf, type Shard, shardLog, showChild } from "./shards/shard.ts";
import { arrivalOf, decodeRecord, sizeOfRecord } from "./stored-record.ts";
import type { StreamState } from "./stream.ts";

export interface ShardPage {
  readonly entries: readonly LogEntry[];
  readonly records: readonly Record[];
  /** Where the next page begins. */
  readonly next: number;
  readonly millisBehindLatest: number;
  /** Set where the shard is closed and was read to its end. */
  readonly children: readonly ChildShard[] | undefined;
}

/** Records that are past their time are passed over, as if they had been removed already. */
export async function readShard(
  tx: Transaction,
  stream: StreamState,
  shard: Shard,
  from: number,
  limit: number,
  bytes: number,
): Promise<ShardPage> {
  const log = shardLog(tx, stream, shard.index);
  const since = keptSince(stream, tx.now);
  const { entries, next, tip } = await readLog(
    tx,
    log,
    await keptFrom(tx, log, from, since),
    limit,
    bytes,
    sizeOfRecord,
  );
  const number = sequenceNumbers(shard);
  const ended = shard.closedAt !== undefined && next > tip;
  return {
    entries,
    records: entries.map(({ position, value }) => {
      const { arrivedAt, partitionKey, data, encrypted } = decodeRecord(value);
      return {
        SequenceNumber: number(position),
        ApproximateArrivalTimestamp: arrivedAt,
        Data: data,
        PartitionKey: partitionKey,
        ...(encrypted && { EncryptionType: "KMS" as const }),
      };
    }),
    next,
    millisBehindLatest: next > tip ? 0 : await behind(tx, log, next),
    children: ended ? childrenOf(stream, shard.index).map(showChild) : undefined,
  };
}

/** `from`, or the first position after it that is not past its time. */
async function keptFrom(tx: Transaction, log: Key, from: number, since: number): Promise<number> {
  const first = await entryAt(tx, log, from);
  if (first !== undefined && arrivalOf(first) >= since) return from;
  return Math.max(from, await firstSince(tx, log, since, arrivalOf));
}

/** How old the first record is that was not read. */
async function behind(tx: Transaction, log: Key, next: number): Promise<number> {
  const value = await entryAt(tx, log, next);
  return value === undefined ? 0 : Math.max(0, tx.now - arrivalOf(value));
}
