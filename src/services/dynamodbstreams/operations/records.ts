// GetRecords.

import { hash } from "node:crypto";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AttributeValue,
  GetRecordsInput,
  GetRecordsOutput,
  Record,
} from "../../../model/generated/dynamodbstreams.d.ts";
import {
  type ChangeStream,
  decodeChange,
  type Image,
  keptMilliseconds,
  shardLog,
} from "../../../sources/change-stream.ts";
import { entryAt, firstSince, readLog } from "../../../sources/log.ts";
import { trimmed, validation } from "../faults.ts";
import { decodeIterator, encodeIterator } from "../iterator.ts";
import { isClosed, sequenceNumber } from "../shard.ts";
import { openStream } from "../stream.ts";

const mostRecords = 1000;
const mostBytes = 1_048_576;

export async function getRecords(input: GetRecordsInput, caller: Transaction): Promise<GetRecordsOutput> {
  const { Limit = mostRecords } = input;
  if (Limit > mostRecords) {
    throw validation(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${mostRecords}`,
    );
  }
  const iterator = decodeIterator(input.ShardIterator, caller.now);
  const { stream, tx } = await openStream(caller, iterator.streamArn);
  const { shard } = iterator;
  const log = shardLog(tx, stream, shard);
  const oldest = tx.now - keptMilliseconds;
  const first = await entryAt(tx, log, iterator.position);
  let from = iterator.position;
  if (first === undefined || decodeChange(first).at < oldest) {
    const horizon = await firstSince(tx, log, oldest, (value) => decodeChange(value).at);
    if (horizon > from && iterator.exact) throw trimmed();
    from = Math.max(from, horizon);
  }
  const page = await readLog(tx, log, from, Limit, mostBytes);
  const ended = page.next > page.tip && isClosed(stream, shard, tx.now);
  const next = { streamArn: stream.arn, shard, position: page.next, exact: true, issuedAt: tx.now };
  return {
    Records: page.entries.map(({ position, value }) => record(tx, stream, shard, position, value)),
    ...(!ended && { NextShardIterator: encodeIterator(next) }),
  };
}

function record(
  tx: Transaction,
  stream: ChangeStream,
  shard: number,
  position: number,
  value: Uint8Array,
): Record {
  const change = decodeChange(value);
  const number = sequenceNumber(shard, position);
  return {
    eventID: hash("md5", `${stream.arn}#${number}`),
    eventName: change.eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: tx.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(change.at / 1000) * 1000,
      Keys: attributes(change.keys),
      ...(change.newImage !== undefined && { NewImage: attributes(change.newImage) }),
      ...(change.oldImage !== undefined && { OldImage: attributes(change.oldImage) }),
      SequenceNumber: number,
      SizeBytes: change.sizeBytes,
      StreamViewType: stream.viewType,
    },
    ...(change.byService !== undefined && {
      userIdentity: { PrincipalId: change.byService, Type: "Service" },
    }),
  };
}

/** What the log holds is what the tables' service validated. */
function attributes(image: Image): { readonly [name: string]: AttributeValue } {
  return image as { readonly [name: string]: AttributeValue };
}
