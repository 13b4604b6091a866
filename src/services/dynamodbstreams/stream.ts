// From a stream's ARN to the stream, at the account and region that the ARN names.

import type { Transaction } from "../../core/transaction.ts";
import { type ChangeStream, ChangeStreamRecord, keptMilliseconds } from "../../sources/change-stream.ts";
import { streamNotFound, validation } from "./faults.ts";

export interface OpenStream {
  readonly stream: ChangeStream;
  /** Looks at the stream's own account and region. */
  readonly tx: Transaction;
}

const streamArn = /^arn:[^:]+:dynamodb:([^:]+):(\d{12}):table\/([^/]+)\/stream\/([^/|]+)$/;

export async function openStream(caller: Transaction, arn: string): Promise<OpenStream> {
  const match = streamArn.exec(arn);
  if (match === null) throw validation(`Invalid StreamArn: ${arn}`);
  const [, region = "", account = "", tableName = "", label = ""] = match;
  const tx = caller.at({ account, region });
  const stream = await tx.get(ChangeStreamRecord, tableName, label);
  if (stream === undefined || isGone(stream, tx.now)) throw streamNotFound(arn);
  return { stream, tx };
}

/** Ended more than 24 hours ago. */
export function isGone({ disabledAt }: ChangeStream, now: number): boolean {
  return disabledAt !== undefined && now >= disabledAt + keptMilliseconds;
}
