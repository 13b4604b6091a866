// PutRecord and PutRecordBatch: records go to the end of the stream's source
// lane, those of one call as one entry.

import type { Fault } from "../../../core/fault.ts";
import type { Ids } from "../../../core/ids.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  PutRecordBatchInput,
  PutRecordBatchOutput,
  PutRecordInput,
  PutRecordOutput,
} from "../../../model/generated/firehose.d.ts";
import { hintsFor } from "../buffer/hints.ts";
import { appendToSource } from "../buffer/lane.ts";
import type { Hints } from "../destination/destination.ts";
import { invalidArgument, streamNotFound } from "../faults.ts";
import { DeliveryStream, type StreamState } from "../stream.ts";

const largestBatchBytes = 4 * 1_048_576;

export async function putRecord(input: PutRecordInput, tx: Transaction): Promise<PutRecordOutput> {
  const stream = await openDirect(tx, input.DeliveryStreamName);
  await appendToSource(tx, stream.id, sourceHints(stream), [{ data: input.Record.Data, at: tx.now }]);
  return { RecordId: recordIds(tx.ids, 1)[0]!, Encrypted: isEncrypted(stream) };
}

export async function putRecordBatch(
  input: PutRecordBatchInput,
  tx: Transaction,
): Promise<PutRecordBatchOutput> {
  const stream = await openDirect(tx, input.DeliveryStreamName);
  const size = input.Records.reduce((sum, { Data }) => sum + Data.length, 0);
  if (size > largestBatchBytes) throw invalidArgument("Records size exceeds 4 MB limit");
  await appendToSource(
    tx,
    stream.id,
    sourceHints(stream),
    input.Records.map(({ Data }) => ({ data: Data, at: tx.now })),
  );
  return {
    FailedPutCount: 0,
    Encrypted: isEncrypted(stream),
    RequestResponses: recordIds(tx.ids, input.Records.length).map((RecordId) => ({ RecordId })),
  };
}

function sourceHints(stream: StreamState): Hints {
  return hintsFor(stream, { type: "source" });
}

/** A stream that takes records from callers. */
async function openDirect(tx: Transaction, name: string): Promise<StreamState> {
  const stream = await tx.get(DeliveryStream, name);
  if (stream === undefined || stream.status !== "ACTIVE") throw streamNotFound(name, tx.account);
  if (stream.source.type !== "DirectPut") throw notPermitted(stream.source.type);
  return stream;
}

function notPermitted(type: string): Fault {
  return invalidArgument(`This operation is not permitted on ${type} delivery stream type.`);
}

function isEncrypted({ encryption }: StreamState): boolean {
  return encryption?.Status === "ENABLED";
}

/** As long as AWS's; those of one call differ in their ends. */
function recordIds(ids: Ids, count: number): readonly string[] {
  const common = Buffer.from(ids.bytes(159)).toString("base64");
  return Array.from({ length: count }, (_each, index) => common + index.toString(36).padStart(12, "0"));
}
