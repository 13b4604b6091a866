// GetShardIterator.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from "../../../model/generated/dynamodbstreams.d.ts";
import { decodeChange, keptMilliseconds, oldestShard, shardLog } from "../../../sources/change-stream.ts";
import { firstSince, tipOf } from "../../../sources/log.ts";
import { trimmed, validation } from "../faults.ts";
import { encodeIterator } from "../iterator.ts";
import { positionOf, shardIndex } from "../shard.ts";
import { openStream } from "../stream.ts";

export async function getShardIterator(
  input: GetShardIteratorInput,
  caller: Transaction,
): Promise<GetShardIteratorOutput> {
  const { stream, tx } = await openStream(caller, input.StreamArn);
  const shard = shardIndex(stream, input.ShardId, tx.now);
  if (shard < oldestShard(stream, tx.now) && stream.disabledAt === undefined) throw trimmed();
  const log = shardLog(tx, stream, shard);
  const horizon = (): Promise<number> =>
    firstSince(tx, log, tx.now - keptMilliseconds, (value) => decodeChange(value).at);
  const iterator = (position: number, exact: boolean): GetShardIteratorOutput => ({
    ShardIterator: encodeIterator({ streamArn: stream.arn, shard, position, exact, issuedAt: tx.now }),
  });
  if (input.ShardIteratorType === "TRIM_HORIZON") return iterator(await horizon(), false);
  if (input.ShardIteratorType === "LATEST") return iterator((await tipOf(tx, log)) + 1, true);
  if (input.SequenceNumber === undefined) {
    throw validation(
      `SequenceNumber is required when ShardIteratorType is ${input.ShardIteratorType === "AT_SEQUENCE_NUMBER" ? "AT_SEQUENCE_NUMBER" : "AFTER_SEQUENCE_NUMBER"}`,
    );
  }
  const named = positionOf(shard, input.SequenceNumber);
  if (named < (await horizon())) throw trimmed();
  return iterator(input.ShardIteratorType === "AT_SEQUENCE_NUMBER" ? named : named + 1, true);
}
