// CreateTable, DescribeTable, DeleteTable and ListTables.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateTableInput,
  CreateTableOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  ListTablesInput,
  ListTablesOutput,
  SSESpecification,
} from "../../../model/generated/dynamodb.d.ts";
import { keepDeleted } from "../backups/create.ts";
import { destinationTopic } from "../destinations/outbox.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { othersOf, withoutMember } from "../replicas/group.ts";
import { denied } from "../settings/access.ts";
import { newPolicy, StreamPolicy } from "../settings/resource-policy.ts";
import { remainsOf, removeLater } from "../tables/cleanup.ts";
import { checkDefinition, onDemandLimits, warmThroughput } from "../tables/definition.ts";
import { describeTable as describe } from "../tables/description.ts";
import { findTable, resolveName } from "../tables/name.ts";
import { startStream, stopStream } from "../tables/stream.ts";
import { Table, type TableState } from "../tables/table.ts";
import { tagRecord } from "./tags.ts";

const storageIdLength = 10;
const defaultPage = 100;

export async function createTable(
  input: Readonly<CreateTableInput>,
  caller: Transaction,
): Promise<CreateTableOutput> {
  refuseUnsupported(input);
  const { tx, name } = resolveName(caller, input.TableName);
  if (tx.account !== caller.account) throw denied(caller, `table/${name}`, "CreateTable");
  const table = await newTable(input, tx);
  const policy = input.ResourcePolicy === undefined ? undefined : newPolicy(input.ResourcePolicy, tx);
  const created = { ...table, policy, stream: await startStream(table, input.StreamSpecification, tx) };
  tx.put(Table, created);
  return { TableDescription: await describe(created, tx) };
}

/** A table as it is asked for, not yet stored. */
export async function newTable(
  input: Omit<CreateTableInput, "StreamSpecification">,
  tx: Transaction,
): Promise<TableState> {
  const { name } = resolveName(tx, input.TableName);
  const definition = checkDefinition(input, () => tx.ids.lower(storageIdLength));
  if ((await tx.get(Table, name)) !== undefined) {
    throw dynamodbFault("ResourceInUseException", `Table already exists: ${name}`);
  }
  return {
    ...definition,
    name,
    id: tx.ids.uuid(),
    storageId: tx.ids.lower(storageIdLength),
    createdAt: tx.now,
    onDemandSince: definition.billing === "PAY_PER_REQUEST" ? tx.now : undefined,
    onDemand: onDemandLimits(input.OnDemandThroughput),
    tableClass: input.TableClass,
    warm:
      input.WarmThroughput === undefined
        ? undefined
        : warmThroughput(input.WarmThroughput, definition, "table"),
    kmsKey: kmsKey(input.SSESpecification, tx),
    deletionProtected: input.DeletionProtectionEnabled ?? false,
    tags: tagRecord(input.Tags ?? []),
  };
}

const notDone = ["GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"] as const;

function refuseUnsupported(input: Readonly<CreateTableInput>): void {
  for (const parameter of notDone) {
    if ((input as Readonly<Record<string, unknown>>)[parameter] !== undefined) {
      throw notImplemented("dynamodb", `CreateTable with ${parameter}`);
    }
  }
}

/** The ARN of the key that a table asks to be encrypted with, undefined for the service's own keys. */
export function kmsKey(given: SSESpecification | undefined, tx: Transaction): string | undefined {
  if (given === undefined) return undefined;
  const { Enabled, KMSMasterKeyId: key } = given;
  if (Enabled !== true) {
    if (key !== undefined) {
      throw validation(
        "One or more parameter values were invalid: KMSMasterKeyId can only be specified when SSE is enabled",
      );
    }
    return undefined;
  }
  const arn = `arn:aws:kms:${tx.region}:${tx.account}:`;
  if (key === undefined) return `${arn}alias/aws/dynamodb`;
  if (key.startsWith("arn:")) return key;
  return key.startsWith("alias/") ? arn + key : `${arn}key/${key}`;
}

export async function describeTable(
  input: Readonly<DescribeTableInput>,
  caller: Transaction,
): Promise<DescribeTableOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "DescribeTable");
  return { Table: await describe(table, tx) };
}

export async function deleteTable(
  input: Readonly<DeleteTableInput>,
  caller: Transaction,
): Promise<DeleteTableOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "DeleteTable");
  if (table.deletionProtected) {
    throw validation(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  }
  refuseInUse(table);
  // The name is free at once; the items, stored under the table's own id, go by and by.
  const description = await describe(table, tx);
  tx.delete(Table, table.name);
  for (const member of await othersOf(table, tx)) {
    member.tx.put(Table, withoutMember(member.table, tx.region));
  }
  const keepItems = table.history?.recovery !== undefined;
  if (keepItems) await keepDeleted(table, tx);
  await stopStream(table, tx);
  if (table.stream !== undefined) tx.delete(StreamPolicy, table.stream.arn);
  for (const { id } of table.destinations ?? []) tx.notify(destinationTopic(id));
  removeLater(tx, remainsOf(table, tx, keepItems));
  return { TableDescription: { ...description, TableStatus: "DELETING" } };
}

/** While it is made, or a backup or an export is made of it. */
export function refuseInUse(table: TableState): void {
  const why =
    table.creating === true
      ? `Table is being created: ${table.name}`
      : table.history !== undefined && table.history.holders.length > 0
        ? `Table is being backed up, exported or restored: ${table.name}`
        : undefined;
  if (why === undefined) return;
  throw dynamodbFault("ResourceInUseException", `Attempt to change a resource which is still in use: ${why}`);
}

export async function listTables(
  input: Readonly<ListTablesInput>,
  tx: Transaction,
): Promise<ListTablesOutput> {
  const limit = input.Limit ?? defaultPage;
  const start = input.ExclusiveStartTableName;
  const all = await tx.all(Table);
  const names = all.map((table) => table.name).filter((name) => start === undefined || name > start);
  const shown = names.slice(0, limit);
  const last = shown.at(-1);
  return {
    TableNames: shown,
    ...(names.length > limit && last !== undefined ? { LastEvaluatedTableName: last } : undefined),
  };
}
