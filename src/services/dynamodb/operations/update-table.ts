// UpdateTable: billing, throughput, class, protection and encryption at once;
// a new global index is filled by a job, a removed one emptied by another.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GlobalSecondaryIndexUpdate,
  TableDescription,
  UpdateTableInput,
  UpdateTableOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, invalidParameter, validation } from "../faults.ts";
import { othersOf } from "../replicas/group.ts";
import { sharedPart, updateReplicas } from "../replicas/updates.ts";
import { removeLater } from "../tables/cleanup.ts";
import {
  attributeTypes,
  checkTogether,
  globalIndex,
  keyAttributesOf,
  onDemandLimits,
  warmThroughput,
} from "../tables/definition.ts";
import { describeTable } from "../tables/description.ts";
import { fillIndex } from "../tables/fill.ts";
import { layoutOf } from "../tables/layout.ts";
import { findTable } from "../tables/name.ts";
import { changeStream } from "../tables/stream.ts";
import { type IndexState, Table, type TableState, type Throughput } from "../tables/table.ts";
import { kmsKey, refuseInUse } from "./tables.ts";

const indexIdLength = 10;

const changes = [
  "AttributeDefinitions",
  "BillingMode",
  "DeletionProtectionEnabled",
  "GlobalSecondaryIndexUpdates",
  "OnDemandThroughput",
  "MultiRegionConsistency",
  "ProvisionedThroughput",
  "ReplicaUpdates",
  "SSESpecification",
  "StreamSpecification",
  "TableClass",
  "WarmThroughput",
] as const;

const notDone = ["GlobalTableWitnessUpdates", "GlobalTableSettingsReplicationMode"] as const;

export async function updateTable(
  input: Readonly<UpdateTableInput>,
  caller: Transaction,
): Promise<UpdateTableOutput> {
  for (const parameter of notDone) {
    if (input[parameter] !== undefined) throw notImplemented("dynamodb", `UpdateTable with ${parameter}`);
  }
  if (!changes.some((parameter) => input[parameter] !== undefined)) {
    throw validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  }
  if (input.MultiRegionConsistency === "STRONG") {
    throw notImplemented("dynamodb", "UpdateTable with MultiRegionConsistency STRONG");
  }
  const { table, tx } = await findTable(caller, input.TableName, "UpdateTable");
  const output = await updateOne(table, input, tx);
  const shared = table.replicas === undefined ? undefined : sharedPart(input);
  if (shared !== undefined) {
    for (const member of await othersOf(table, tx)) await updateOne(member.table, shared, member.tx);
  }
  return output;
}

async function updateOne(
  table: TableState,
  input: Readonly<UpdateTableInput>,
  tx: Transaction,
): Promise<UpdateTableOutput> {
  if (table.creating === true) refuseInUse(table);
  if (table.indexes.some((index) => index.status !== "ACTIVE")) {
    throw dynamodbFault(
      "ResourceInUseException",
      `Attempt to change a resource which is still in use: Table is being updated: ${table.name}`,
    );
  }
  const billed = changeBilling(table, input, tx);
  const { next, dropped } = changeIndexes(billed, input, tx);
  const changed: TableState = {
    ...next,
    stream: await changeStream(table, input.StreamSpecification, tx),
    ...(input.WarmThroughput === undefined
      ? {}
      : { warm: warmThroughput(input.WarmThroughput, table, "table") }),
    ...(input.DeletionProtectionEnabled === undefined
      ? {}
      : { deletionProtected: input.DeletionProtectionEnabled }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass, tableClassChangedAt: tx.now }),
    ...(input.SSESpecification === undefined ? {} : { kmsKey: kmsKey(input.SSESpecification, tx) }),
    ...(input.OnDemandThroughput === undefined ? {} : { onDemand: onDemandLimits(input.OnDemandThroughput) }),
  };
  const before = dropped === undefined ? undefined : await describeTable(table, tx);
  const joined = await updateReplicas(changed, input.ReplicaUpdates, tx);
  tx.put(Table, joined);
  return { TableDescription: withDropped(await describeTable(joined, tx), before, dropped) };
}

function changeBilling(table: TableState, input: Readonly<UpdateTableInput>, tx: Transaction): TableState {
  const billing = input.BillingMode ?? table.billing;
  const given = input.ProvisionedThroughput;
  if (billing === "PAY_PER_REQUEST") {
    if (given !== undefined) {
      throw invalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    }
    if (table.billing === "PAY_PER_REQUEST") return table;
    const none = { read: 0, write: 0 };
    const indexes = table.indexes.map((index) => (index.global ? { ...index, throughput: none } : index));
    return { ...table, billing, onDemandSince: tx.now, throughput: none, indexes };
  }
  if (given === undefined) {
    if (table.billing === "PROVISIONED") return table;
    throw invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  const asked = { read: given.ReadCapacityUnits, write: given.WriteCapacityUnits };
  const { read, write } = table.throughput;
  if (table.billing === "PROVISIONED" && asked.read === read && asked.write === write) {
    if (input.GlobalSecondaryIndexUpdates !== undefined || input.BillingMode !== undefined) return table;
    throw validation(
      "The provisioned throughput for the table will not change. The requested value equals the current value. " +
        `Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. ` +
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    );
  }
  return { ...table, billing, throughput: changedThroughput(table.throughput, asked, tx.now) };
}

function changedThroughput(old: Throughput, asked: Throughput, now: number): Throughput {
  const increased = asked.read > old.read || asked.write > old.write;
  const decreased = asked.read < old.read || asked.write < old.write;
  return {
    ...old,
    ...asked,
    ...(increased ? { increasedAt: now } : {}),
    ...(decreased ? { decreasedAt: now } : {}),
  };
}

interface ChangedIndexes {
  readonly next: TableState;
  readonly dropped?: IndexState;
}

function changeIndexes(
  table: TableState,
  input: Readonly<UpdateTableInput>,
  tx: Transaction,
): ChangedIndexes {
  const updates = input.GlobalSecondaryIndexUpdates;
  if (updates === undefined) return { next: table };
  if (updates.filter((update) => update.Create !== undefined || update.Delete !== undefined).length > 1) {
    throw dynamodbFault(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  }
  let changed: ChangedIndexes = { next: table };
  for (const update of updates) changed = { ...changed, ...changeIndex(changed.next, update, input, tx) };
  if (changed.next.billing === "PROVISIONED") requireThroughput(changed.next.indexes);
  return changed;
}

function changeIndex(
  table: TableState,
  update: GlobalSecondaryIndexUpdate,
  input: Readonly<UpdateTableInput>,
  tx: Transaction,
): ChangedIndexes {
  if (update.Create !== undefined) {
    const attributes = { ...table.attributes, ...attributeTypes(input.AttributeDefinitions ?? []) };
    const index = globalIndex(update.Create, attributes, table.billing, tx.ids.lower(indexIdLength));
    const indexes = [...table.indexes, { ...index, status: "CREATING" as const }];
    checkTogether(indexes);
    if (indexes.filter((other) => other.global).length > 20) {
      throw dynamodbFault(
        "LimitExceededException",
        "GlobalSecondaryIndex count exceeds the per-table limit of 20",
      );
    }
    tx.enqueue(fillIndex, { table: table.name, storageId: table.storageId, id: index.id });
    return { next: { ...table, attributes: onlyKeys(attributes, table, indexes), indexes } };
  }
  const name = update.Delete?.IndexName ?? update.Update?.IndexName;
  if (name === undefined) {
    throw invalidParameter("One of GlobalSecondaryIndexUpdate's Create, Update or Delete must be specified");
  }
  const index = table.indexes.find((candidate) => candidate.global && candidate.name === name);
  if (index === undefined) {
    throw dynamodbFault(
      "ResourceNotFoundException",
      `Requested resource not found: Index: ${name} not found`,
    );
  }
  if (update.Delete !== undefined) {
    const { prefix, countKey, sizeKey } = layoutOf(table, tx).indexes.find(
      (layout) => layout.state === index,
    )!;
    removeLater(tx, [prefix, countKey, sizeKey]);
    const indexes = table.indexes.filter((other) => other !== index);
    return {
      next: { ...table, indexes, attributes: onlyKeys(table.attributes, table, indexes) },
      dropped: index,
    };
  }
  const { ProvisionedThroughput: asked, OnDemandThroughput: onDemand, WarmThroughput: warm } = update.Update!;
  const updated: IndexState = {
    ...index,
    ...(asked === undefined
      ? {}
      : {
          throughput: changedThroughput(
            index.throughput ?? { read: 0, write: 0 },
            { read: asked.ReadCapacityUnits, write: asked.WriteCapacityUnits },
            tx.now,
          ),
        }),
    ...(onDemand === undefined ? {} : { onDemand: onDemandLimits(onDemand) }),
    ...(warm === undefined
      ? {}
      : { warm: warmThroughput(warm, { ...index, billing: table.billing }, "index") }),
  };
  return { next: { ...table, indexes: table.indexes.map((other) => (other === index ? updated : other)) } };
}

/** A table that has become provisioned must say so for its indexes as well. */
function requireThroughput(indexes: readonly IndexState[]): void {
  for (const { name, global, throughput } of indexes) {
    if (global && (throughput === undefined || throughput.read === 0)) {
      throw invalidParameter(`ProvisionedThroughput must be specified for index: ${name}`);
    }
  }
}

/** AttributeDefinitions name what keys use, and nothing else. */
function onlyKeys(
  attributes: TableState["attributes"],
  table: TableState,
  indexes: readonly IndexState[],
): TableState["attributes"] {
  const used = keyAttributesOf(table.key, indexes);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => used.has(name)));
}

/** A removed index is shown a last time, as going. */
function withDropped(
  description: TableDescription,
  before: TableDescription | undefined,
  dropped: IndexState | undefined,
): TableDescription {
  const going = before?.GlobalSecondaryIndexes?.find((index) => index.IndexName === dropped?.name);
  if (going === undefined) return description;
  return {
    ...description,
    TableStatus: "UPDATING",
    GlobalSecondaryIndexes: [
      ...(description.GlobalSecondaryIndexes ?? []),
      { ...going, IndexStatus: "DELETING" },
    ],
  };
}
