// The stream of a table's changes: how it begins and ends. The records are
// written with the items, and read through the streams' own service.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html

import type { Transaction } from "../../../core/transaction.ts";
import type { StreamSpecification } from "../../../model/generated/dynamodb.d.ts";
import { closeChangeStream, openChangeStream } from "../../../sources/change-stream.ts";
import { invalidParameter, validation } from "../faults.ts";
import { keyElements } from "./description.ts";
import type { StreamState, TableState } from "./table.ts";

/** The stream that a new table asks for. */
export async function startStream(
  table: TableState,
  asked: StreamSpecification | undefined,
  tx: Transaction,
): Promise<StreamState | undefined> {
  if (asked === undefined) return undefined;
  const { StreamEnabled: enabled, StreamViewType: viewType } = asked;
  if (!enabled) {
    if (viewType !== undefined) {
      throw invalidParameter("StreamViewType cannot be specified when StreamEnabled is false");
    }
    return undefined;
  }
  if (viewType === undefined) {
    throw invalidParameter("StreamViewType is required when StreamEnabled is true");
  }
  const { label, arn, createdAt } = await openChangeStream(tx, {
    tableName: table.name,
    viewType,
    keySchema: keyElements(table.key),
  });
  return { label, arn, viewType, createdAt, enabled: true };
}

/** What the table's stream becomes by UpdateTable. */
export async function changeStream(
  table: TableState,
  asked: StreamSpecification | undefined,
  tx: Transaction,
): Promise<StreamState | undefined> {
  const { stream } = table;
  if (asked === undefined) return stream;
  if (asked.StreamEnabled) {
    if (stream?.enabled === true) {
      throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
    }
    return startStream(table, asked, tx);
  }
  if (stream?.enabled !== true) {
    throw validation(`Table has no stream to disable: TableName: ${table.name}`);
  }
  await stopStream(table, tx);
  return { ...stream, enabled: false };
}

/** What the stream holds can be read for 24 hours more. */
export async function stopStream({ name, stream }: TableState, tx: Transaction): Promise<void> {
  if (stream?.enabled === true) await closeChangeStream(tx, name, stream.label);
}
