// The ReplicaUpdates of UpdateTable, and what an update of one member means for
// the others.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateReplicationGroupMemberAction,
  ReplicationGroupUpdate,
  UpdateTableInput,
} from "../../../model/generated/dynamodb.d.ts";
import { invalidParameter, validation } from "../faults.ts";
import { type ReplicaState, Table, type TableState } from "../tables/table.ts";
import { addReplica, othersOf, overridden, removeReplica } from "./group.ts";

export async function updateReplicas(
  given: TableState,
  updates: readonly ReplicationGroupUpdate[] | undefined,
  tx: Transaction,
): Promise<TableState> {
  if (updates === undefined) return given;
  if (updates.length === 0) throw invalidParameter("ReplicaUpdates must not be empty");
  if (given.globalTableVersion === "2017.11.29") {
    throw validation(
      `ReplicaUpdates cannot be used with a global table of version 2017.11.29: ${given.name}`,
    );
  }
  let table = given;
  for (const { Create: create, Update: update, Delete: remove } of updates) {
    if ([create, update, remove].filter((action) => action !== undefined).length !== 1) {
      throw invalidParameter("Exactly one of Create, Update or Delete must be specified in ReplicaUpdates");
    }
    if (create !== undefined) table = await addReplica(table, replicaState(create), tx);
    else if (remove !== undefined) table = await removeReplica(table, remove.RegionName, tx);
    else table = await changeReplica(table, replicaState(update!), tx);
  }
  return table;
}

function replicaState(action: CreateReplicationGroupMemberAction): ReplicaState {
  if (action.OnDemandThroughputOverride !== undefined) {
    throw notImplemented("dynamodb", "UpdateTable with OnDemandThroughputOverride of a replica");
  }
  const indexes = (action.GlobalSecondaryIndexes ?? []).flatMap((index) => {
    const read = index.ProvisionedThroughputOverride?.ReadCapacityUnits;
    return read === undefined ? [] : [[index.IndexName, read] as const];
  });
  return {
    region: action.RegionName,
    kmsKey: action.KMSMasterKeyId,
    readCapacity: action.ProvisionedThroughputOverride?.ReadCapacityUnits,
    tableClass: action.TableClassOverride,
    indexReadCapacity: indexes.length === 0 ? undefined : Object.fromEntries(indexes),
  };
}

async function changeReplica(table: TableState, change: ReplicaState, tx: Transaction): Promise<TableState> {
  const old = table.replicas?.find((replica) => replica.region === change.region);
  if (old === undefined) {
    throw validation(
      `Replica specified in the Replica Update or Replica Delete action of the request was not found. Table: '${table.name}', region: '${change.region}'`,
    );
  }
  const fresh: ReplicaState = {
    region: old.region,
    kmsKey: change.kmsKey ?? old.kmsKey,
    readCapacity: change.readCapacity ?? old.readCapacity,
    tableClass: change.tableClass ?? old.tableClass,
    indexReadCapacity: change.indexReadCapacity ?? old.indexReadCapacity,
  };
  const replaced = (replicas: TableState["replicas"]) =>
    replicas?.map((replica) => (replica.region === fresh.region ? fresh : replica));
  for (const member of await othersOf(table, tx)) {
    const own = member.tx.region === fresh.region ? overridden(member.table, fresh) : undefined;
    member.tx.put(Table, { ...member.table, ...own, replicas: replaced(member.table.replicas) });
  }
  return { ...table, replicas: replaced(table.replicas) };
}

/** Settings that all members share, on AWS as here. */
export function sharedPart(input: Readonly<UpdateTableInput>): UpdateTableInput | undefined {
  const { TableName, AttributeDefinitions, BillingMode, GlobalSecondaryIndexUpdates, ProvisionedThroughput } =
    input;
  if (
    BillingMode === undefined &&
    GlobalSecondaryIndexUpdates === undefined &&
    ProvisionedThroughput === undefined
  ) {
    return undefined;
  }
  return { TableName, AttributeDefinitions, BillingMode, GlobalSecondaryIndexUpdates, ProvisionedThroughput };
}
