// BatchWriteItem: puts and deletes of many items, each for itself. All are
// processed, unless their table is throttled.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  BatchWriteItemInput,
  BatchWriteItemOutput,
  ItemCollectionMetrics,
  WriteRequest,
} from "../../../model/generated/dynamodb.d.ts";
import { validation } from "../faults.ts";
import { CapacityMeters, collectionMetrics } from "../items/capacity.ts";
import { type Change, deleteChange, putChange } from "../items/change.ts";
import { canonicalKey, checkBatchKeys } from "../items/keys.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import type { TableLayout } from "../tables/layout.ts";
import { mayTake } from "../throttling/throttle.ts";
import { targetTable } from "./target.ts";

const batchLimit = 25;

export async function batchWriteItem(
  input: Readonly<BatchWriteItemInput>,
  caller: Transaction,
): Promise<BatchWriteItemOutput> {
  const requests = Object.entries(input.RequestItems);
  if (requests.reduce((count, [, writes]) => count + writes.length, 0) > batchLimit) {
    throw validation("Too many items requested for the BatchWriteItem call");
  }
  const meters = new CapacityMeters("write");
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  const unprocessed: Record<string, WriteRequest[]> = {};
  for (const [name, writes] of requests) {
    const { table, tx } = await targetTable(caller, name, "BatchWriteItem");
    const changes = writes.map((write) => changeOf(table, write));
    if (new Set(changes.map((change) => change.suffix)).size !== changes.length) {
      throw validation("Provided list of item keys contains duplicates");
    }
    for (const [at, change] of changes.entries()) {
      if (!(await mayTake(tx, table, "write"))) {
        unprocessed[name] = [...(unprocessed[name] ?? []), writes[at]!];
        continue;
      }
      const before = Stored.read(await tx.raw.get(table.prefix + change.suffix));
      meters.of(table).addWrite(await writeItem(tx, table, change.suffix, before, change.next(before)));
      const collection = collectionMetrics(table, change.key, input.ReturnItemCollectionMetrics);
      if (collection !== undefined) metrics[name] = [...(metrics[name] ?? []), collection];
    }
  }
  return {
    UnprocessedItems: unprocessed,
    ...(Object.keys(metrics).length === 0 ? undefined : { ItemCollectionMetrics: metrics }),
    ...meters.report(input.ReturnConsumedCapacity, false),
  };
}

function changeOf(table: TableLayout, { PutRequest: put, DeleteRequest: remove }: WriteRequest): Change {
  if ((put === undefined) === (remove === undefined)) {
    throw validation(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  if (put === undefined) return deleteChange(table, canonicalKey(remove!.Key, "older"));
  const stored = Stored.make(put.Item, "older");
  checkBatchKeys(table, stored.item);
  return putChange(table, stored);
}
