// A new table made of the definition and the items of another, as they are in
// a backup or were at a moment.

import type { Transaction } from "../../../core/transaction.ts";
import type { RestoreTableFromBackupInput } from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, invalidParameter } from "../faults.ts";
import { kmsKey } from "../operations/tables.ts";
import { globalIndex, localIndex, onDemandLimits } from "../tables/definition.ts";
import { keyElements } from "../tables/description.ts";
import { resolveName } from "../tables/name.ts";
import { type IndexState, type Restoration, Table, type TableState } from "../tables/table.ts";

const storageIdLength = 10;

type Overrides = Omit<RestoreTableFromBackupInput, "BackupArn">;

/** Stores the new table, still empty, and returns it. */
export async function restoredTable(
  source: TableState,
  overrides: Overrides,
  restoration: Restoration,
  tx: Transaction,
): Promise<TableState> {
  const { name } = resolveName(tx, overrides.TargetTableName);
  if ((await tx.get(Table, name)) !== undefined) {
    throw dynamodbFault("TableAlreadyExistsException", `Table already exists: ${name}`);
  }
  const billing = overrides.BillingModeOverride ?? source.billing;
  const given = overrides.ProvisionedThroughputOverride;
  if (billing === "PAY_PER_REQUEST" && given !== undefined) {
    throw invalidParameter(
      "ProvisionedThroughputOverride cannot be specified when BillingModeOverride is PAY_PER_REQUEST",
    );
  }
  const none = { read: 0, write: 0 };
  const throughput =
    billing === "PAY_PER_REQUEST"
      ? none
      : given === undefined
        ? source.throughput
        : { read: given.ReadCapacityUnits, write: given.WriteCapacityUnits };
  if (billing === "PROVISIONED" && throughput.read === 0) {
    throw invalidParameter("ProvisionedThroughputOverride must be specified when BillingMode is PROVISIONED");
  }
  const { SSESpecificationOverride: encryption, OnDemandThroughputOverride: onDemand } = overrides;
  const table: TableState = {
    name,
    id: tx.ids.uuid(),
    storageId: tx.ids.lower(storageIdLength),
    createdAt: tx.now,
    attributes: source.attributes,
    key: source.key,
    indexes: restoredIndexes(source, overrides, billing, tx),
    billing,
    onDemandSince: billing === "PAY_PER_REQUEST" ? tx.now : undefined,
    throughput,
    onDemand: onDemand === undefined ? source.onDemand : onDemandLimits(onDemand),
    tableClass: source.tableClass,
    kmsKey: encryption === undefined ? source.kmsKey : kmsKey(encryption, tx),
    deletionProtected: false,
    tags: {},
    creating: true,
    restoration,
  };
  tx.put(Table, table);
  return table;
}

/** All indexes, or those that the overrides keep: indexes can be left out, and none added. */
function restoredIndexes(
  source: TableState,
  overrides: Overrides,
  billing: TableState["billing"],
  tx: Transaction,
): readonly IndexState[] {
  const { LocalSecondaryIndexOverride: local, GlobalSecondaryIndexOverride: global } = overrides;
  const none = { read: 0, write: 0 };
  const fresh = (index: IndexState): IndexState => ({
    ...index,
    id: tx.ids.lower(storageIdLength),
    status: "ACTIVE",
    ...(index.global && billing === "PAY_PER_REQUEST" ? { throughput: none } : undefined),
  });
  const kept = (index: IndexState): IndexState => {
    const same = source.indexes.some(
      (other) =>
        other.name === index.name &&
        other.global === index.global &&
        JSON.stringify(keyElements(other.key)) === JSON.stringify(keyElements(index.key)),
    );
    if (!same) throw invalidParameter(`Index is not part of the source table: ${index.name}`);
    return index;
  };
  return [
    ...(local === undefined
      ? source.indexes.filter((index) => !index.global).map(fresh)
      : local.map((index) =>
          kept(localIndex(index, source.key, source.attributes, tx.ids.lower(storageIdLength))),
        )),
    ...(global === undefined
      ? source.indexes.filter((index) => index.global).map(fresh)
      : global.map((index) =>
          kept(globalIndex(index, source.attributes, billing, tx.ids.lower(storageIdLength))),
        )),
  ];
}
