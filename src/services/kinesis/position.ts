// Where reading begins: what the kinds of starting positions mean in a shard.

import type { Transaction } from "../../core/transaction.ts";
import type { ShardIteratorType } from "../../model/generated/kinesis.d.ts";
import { firstSince, tipOf } from "../../sources/log.ts";
import { invalidArgument } from "./faults.ts";
import { horizon, keptSince } from "./jobs.ts";
import { positionOf } from "./sequence-number.ts";
import { type Shard, shardId, shardLog } from "./shards/shard.ts";
import { arrivalOf } from "./stored-record.ts";
import type { StreamState } from "./stream.ts";

export interface StartingPoint {
  readonly type: ShardIteratorType;
  readonly sequenceNumber?: string | undefined;
  /** Epoch milliseconds. */
  readonly timestamp?: number | undefined;
  readonly operation: string;
}

export async function startingPosition(
  tx: Transaction,
  stream: StreamState,
  shard: Shard,
  { type, sequenceNumber, timestamp, operation }: StartingPoint,
): Promise<number> {
  const log = shardLog(tx, stream, shard.index);
  switch (type) {
    case "TRIM_HORIZON":
      return horizon(tx, stream, shard.index);
    case "LATEST":
      return (await tipOf(tx, log)) + 1;
    case "AT_TIMESTAMP": {
      if (timestamp === undefined) {
        throw invalidArgument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
        );
      }
      if (timestamp > tx.now) {
        throw invalidArgument(
          `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestamp}, currentTimestampInMillis: ${tx.now}`,
        );
      }
      return firstSince(tx, log, Math.max(timestamp, keptSince(stream, tx.now)), arrivalOf);
    }
    default: {
      if (sequenceNumber === undefined) {
        throw invalidArgument(`Must specify StartingSequenceNumber for iterator of type ${type}.`);
      }
      const position = positionOf(shard, sequenceNumber);
      if (position === undefined) {
        throw invalidArgument(
          `StartingSequenceNumber ${sequenceNumber} used in ${operation} on shard ${shardId(shard.index)} in stream ${stream.name} under account ${tx.account} is invalid because it did not come from this stream.`,
        );
      }
      return type === "AT_SEQUENCE_NUMBER" ? position : position + 1;
    }
  }
}
