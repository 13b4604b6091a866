// What becomes known of a change beside the item itself: the table's stream is
// told, and its history kept. A write that leaves the item as it was tells
// nothing, as on AWS.

import type { Transaction } from "../../../core/transaction.ts";
import { appendChange } from "../../../sources/change-stream.ts";
import { tellDestination } from "../destinations/outbox.ts";
import { recordBefore } from "../history/history.ts";
import type { TableLayout } from "../tables/layout.ts";
import type { StreamState } from "../tables/table.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "../values/attribute-value.ts";
import { isBinary } from "../values/stored-item.ts";
import { newMeasure, normaliseItem } from "../values/validate.ts";
import type { Origin } from "./origin.ts";
import type { Stored } from "./stored.ts";

export function sameItem(before: Stored | undefined, after: Stored | undefined): boolean {
  if (before === after) return true;
  return before !== undefined && after !== undefined && Buffer.compare(before.bytes, after.bytes) === 0;
}

/** At least one of `before` and `after` is there, and they differ. */
export function captureChange(
  tx: Transaction,
  table: TableLayout,
  suffix: string,
  before: Stored | undefined,
  after: Stored | undefined,
  origin: Origin,
): void {
  if (table.historyPrefix !== undefined) recordBefore(tx, table.historyPrefix, suffix, before);
  if (table.destination !== undefined) {
    tellDestination(tx, table, table.destination, suffix, before, after, origin);
  }
  if (table.state.stream?.enabled === true) tellStream(tx, table, table.state.stream, before, after, origin);
}

function tellStream(
  tx: Transaction,
  table: TableLayout,
  stream: StreamState,
  before: Stored | undefined,
  after: Stored | undefined,
  origin: Origin,
): void {
  const { viewType } = stream;
  const showsOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const showsNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const keys = keysOf(table, (after ?? before!).item);
  const old = showsOld ? before : undefined;
  const fresh = showsNew ? after : undefined;
  appendChange(
    tx,
    { ...stream, tableName: table.state.name },
    {
      eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
      at: tx.now,
      keys,
      ...(old === undefined ? undefined : { oldImage: old.item }),
      ...(fresh === undefined ? undefined : { newImage: fresh.item }),
      sizeBytes: sizeOf(keys) + (old?.size ?? 0) + (fresh?.size ?? 0),
      ...(origin === "time-to-live" ? { byService: "dynamodb.amazonaws.com" as const } : undefined),
    },
    isBinary((after ?? before!).bytes) || (before !== undefined && isBinary(before.bytes)),
  );
}

export function keysOf(table: TableLayout, item: Item): Item {
  const keys: Record<string, AttributeValue> = {};
  for (const name of table.keyNames) setAttribute(keys, name, attribute(item, name)!);
  return keys;
}

export function sizeOf(item: Item): number {
  const measure = newMeasure();
  normaliseItem(item, measure);
  return measure.size;
}
