// UpdateTimeToLive and DescribeTimeToLive.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { validation } from "../faults.ts";
import { othersOf } from "../replicas/group.ts";
import { removeLater } from "../tables/cleanup.ts";
import { fillExpiry } from "../tables/fill.ts";
import { layoutOf } from "../tables/layout.ts";
import { findTable } from "../tables/name.ts";
import { Table, type TableState } from "../tables/table.ts";

export async function updateTimeToLive(
  input: Readonly<UpdateTimeToLiveInput>,
  caller: Transaction,
): Promise<UpdateTimeToLiveOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "UpdateTimeToLive");
  const output = updateOne(table, input, tx);
  // Members of a global table have one setting.
  for (const member of await othersOf(table, tx)) updateOne(member.table, input, member.tx);
  return output;
}

function updateOne(
  table: TableState,
  input: Readonly<UpdateTimeToLiveInput>,
  tx: Transaction,
): UpdateTimeToLiveOutput {
  const { Enabled, AttributeName: attribute } = input.TimeToLiveSpecification;
  const current = table.timeToLive;
  if (current !== undefined && current.attribute !== attribute) {
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`,
    );
  }
  if (Enabled === (current !== undefined)) {
    throw validation(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
  }
  if (Enabled) {
    const id = tx.ids.lower(6);
    tx.put(Table, { ...table, timeToLive: { attribute, id, status: "ENABLING" } });
    tx.enqueue(fillExpiry, { table: table.name, storageId: table.storageId, id });
  } else {
    removeLater(tx, [layoutOf(table, tx).expiryPrefix!]);
    tx.put(Table, { ...table, timeToLive: undefined });
  }
  return { TimeToLiveSpecification: { Enabled, AttributeName: attribute } };
}

export async function describeTimeToLive(
  input: Readonly<DescribeTimeToLiveInput>,
  caller: Transaction,
): Promise<DescribeTimeToLiveOutput> {
  const { table } = await findTable(caller, input.TableName, "DescribeTimeToLive");
  const { timeToLive } = table;
  return {
    TimeToLiveDescription:
      timeToLive === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: timeToLive.status, AttributeName: timeToLive.attribute },
  };
}
