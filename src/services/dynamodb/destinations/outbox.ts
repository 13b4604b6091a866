// What a table's Kinesis destination is still to receive: a log beside the
// table, written with the items and emptied by a job.

import { pack } from "../../../base/tuple.ts";
import type { Key, Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { keysOf, sizeOf } from "../items/capture.ts";
import type { Origin } from "../items/origin.ts";
import type { Stored } from "../items/stored.ts";
import type { TableLayout } from "../tables/layout.ts";
import type { DestinationState } from "../tables/table.ts";
import { itemJson } from "../values/stored-item.ts";

export function outbox(tx: Transaction, storageId: string, id: string): Key {
  return tx.key("dynamodb", "outbox", storageId, id);
}

/** All entries of a log: positions begin with 1. */
export function entriesOf(log: Key): Range {
  return { start: log + pack([0]), end: log + pack([Number.POSITIVE_INFINITY]) };
}

export function destinationTopic(id: string): string {
  return `dynamodb.destination.${id}`;
}

/** The record as Kinesis shows it to its readers, behind its partition key's length and text. */
export function tellDestination(
  tx: Transaction,
  table: TableLayout,
  destination: DestinationState,
  suffix: string,
  before: Stored | undefined,
  after: Stored | undefined,
  origin: Origin,
): void {
  const keys = keysOf(table, (after ?? before!).item);
  const micros = destination.precision === "MICROSECOND";
  const size = sizeOf(keys) + (before?.size ?? 0) + (after?.size ?? 0);
  const members = [
    `"ApproximateCreationDateTime":${micros ? tx.now * 1000 : tx.now}`,
    `"Keys":${itemJson(keys)}`,
    ...(after === undefined ? [] : [`"NewImage":${itemJson(after.item)}`]),
    ...(before === undefined ? [] : [`"OldImage":${itemJson(before.item)}`]),
    `"SizeBytes":${size}`,
    ...(micros ? ['"ApproximateCreationDateTimePrecision":"MICROSECOND"'] : []),
  ];
  const frame = JSON.stringify({
    awsRegion: tx.region,
    eventID: tx.ids.uuid(),
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    userIdentity:
      origin === "time-to-live" ? { type: "Service", principalId: "dynamodb.amazonaws.com" } : null,
    recordFormat: "application/json",
    tableName: table.state.name,
  });
  const text = `${frame.slice(0, -1)},"dynamodb":{${members.join(",")}},"eventSource":"aws:dynamodb"}`;
  // One item's changes share a partition key, and so stay in order.
  const partition = Buffer.from(suffix.slice(0, 16), "latin1").toString("hex").toUpperCase();
  tx.raw.append(outbox(tx, table.state.storageId, destination.id), Buffer.from(partition + text));
  tx.notify(destinationTopic(destination.id));
}

const partitionLength = 32;

export function readEntry(value: Uint8Array): { PartitionKey: string; Data: Uint8Array } {
  return {
    PartitionKey: Buffer.from(value.subarray(0, partitionLength)).toString(),
    Data: value.subarray(partitionLength),
  };
}
