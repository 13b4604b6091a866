// The shards of a stream: their names, their sequence numbers and whether they
// are closed. All of it follows from the stream's creation and the clock.

import { hash } from "node:crypto";
import type { Transaction } from "../../core/transaction.ts";
import type { Shard } from "../../model/generated/dynamodbstreams.d.ts";
import {
  type ChangeStream,
  oldestShard,
  shardIndexAt,
  shardLog,
  shardMilliseconds,
  shardStart,
} from "../../sources/change-stream.ts";
import { tipOf } from "../../sources/log.ts";
import { shardNotFound, validation } from "./faults.ts";

/** A change is written in the shard of the moment at which its transaction began: so long one may take. */
const graceMilliseconds = 60_000;

export function shardId(stream: ChangeStream, index: number): string {
  const suffix = hash("sha256", `${stream.arn}#${index}`).slice(0, 8);
  return `shardId-${String(shardStart(stream, index)).padStart(20, "0")}-${suffix}`;
}

/** The index of a shard that the stream has or had; throws where it never had it. */
export function shardIndex(stream: ChangeStream, id: string, now: number): number {
  const index = (Number(id.slice(8, 28)) - stream.createdAt) / shardMilliseconds;
  if (Number.isInteger(index) && index >= 0 && index <= lastShard(stream, now)) {
    if (shardId(stream, index) === id) return index;
  }
  throw shardNotFound();
}

export function lastShard(stream: ChangeStream, now: number): number {
  return shardIndexAt(stream, stream.disabledAt ?? now);
}

export function firstShard(stream: ChangeStream, now: number): number {
  return Math.min(oldestShard(stream, now), lastShard(stream, now));
}

/** It takes no more records. */
export function isClosed(stream: ChangeStream, index: number, now: number): boolean {
  return stream.disabledAt !== undefined || now >= shardStart(stream, index + 1) + graceMilliseconds;
}

/** Rises with the position, and from a shard to its child. */
export function sequenceNumber(index: number, position: number): string {
  return `1${String(index + 1).padStart(8, "0")}${String(position).padStart(14, "0")}`;
}

/** The position in that shard; throws for a number that cannot be one of its own. */
export function positionOf(index: number, number: string): number {
  const position = Number(number.slice(9));
  if (!/^\d{23}$/.test(number) || sequenceNumber(index, position) !== number) {
    throw validation(`Invalid SequenceNumber: ${number}`);
  }
  return position;
}

export async function showShard(tx: Transaction, stream: ChangeStream, index: number): Promise<Shard> {
  const closed = isClosed(stream, index, tx.now);
  const tip = closed ? await tipOf(tx, shardLog(tx, stream, index)) : 0;
  return {
    ShardId: shardId(stream, index),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(index, 1),
      ...(closed && { EndingSequenceNumber: sequenceNumber(index, Math.max(1, tip)) }),
    },
    ...(index > 0 && { ParentShardId: shardId(stream, index - 1) }),
  };
}
