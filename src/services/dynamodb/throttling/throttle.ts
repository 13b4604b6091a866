// Throttling by provisioned capacity, for tables that ask for it with the tag
// `cumulet:throttling` set to `on`. As on AWS, unused capacity of up to five
// minutes may be used in a burst.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html

import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { dynamodbFault } from "../faults.ts";
import type { IndexLayout, TableLayout } from "../tables/layout.ts";

const burstMilliseconds = 300_000;

type Kind = "read" | "write";

/** What was used is one counter: the moment at which all of it will have been earned. */
function counter(tx: Transaction, table: TableLayout, index: IndexLayout | undefined, kind: Kind): Key {
  return tx.key("dynamodb", "consumed", table.state.storageId, index?.state.id ?? "", kind);
}

/** Local indexes use the table's capacity. */
function rateOf(table: TableLayout, index: IndexLayout | undefined, kind: Kind): number {
  return (index === undefined ? table.state.throughput[kind] : index.state.throughput?.[kind]) ?? 0;
}

/** Whether the next operation would be let through. */
export async function mayTake(tx: Transaction, table: TableLayout, kind: Kind): Promise<boolean> {
  if (!table.throttled) return true;
  return (await tx.raw.estimate(counter(tx, table, undefined, kind))) <= tx.now;
}

/**
 * Takes units from what a table or one of its global indexes may use; fails
 * where there is no more. A single operation may use more than there is, on
 * credit: the next ones pay. The counter is estimated and added to, so that
 * nobody conflicts. To be called where `table.throttled`.
 */
export async function takeUnits(
  tx: Transaction,
  table: TableLayout,
  index: IndexLayout | undefined,
  kind: Kind,
  units: number,
): Promise<void> {
  const own = index?.state.global === true ? index : undefined;
  const key = counter(tx, table, own, kind);
  const earned = await tx.raw.estimate(key);
  const from = Math.max(earned, tx.now - burstMilliseconds);
  if (from > tx.now) {
    throw dynamodbFault(
      "ProvisionedThroughputExceededException",
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
    );
  }
  tx.raw.add(key, from + (units / rateOf(table, own, kind)) * 1000 - earned);
}
