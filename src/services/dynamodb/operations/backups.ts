// CreateBackup, DescribeBackup, ListBackups, DeleteBackup and
// RestoreTableFromBackup.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateBackupInput,
  CreateBackupOutput,
  DeleteBackupInput,
  DeleteBackupOutput,
  DescribeBackupInput,
  DescribeBackupOutput,
  ListBackupsInput,
  ListBackupsOutput,
  RestoreTableFromBackupInput,
  RestoreTableFromBackupOutput,
} from "../../../model/generated/dynamodb.d.ts";
import {
  Backup,
  type BackupState,
  backupDetails,
  backupSummary,
  describeBackup as describe,
  keyInArn,
} from "../backups/backup.ts";
import { createUserBackup } from "../backups/create.ts";
import { restoreItems } from "../backups/jobs.ts";
import { restoredTable } from "../backups/restore.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { itemPrefix } from "../history/history.ts";
import { checkAccess } from "../settings/access.ts";
import { removeLater } from "../tables/cleanup.ts";
import { describeTable } from "../tables/description.ts";
import { resolveName } from "../tables/name.ts";
import { Table, type TableState } from "../tables/table.ts";

const longestPage = 100;

/** For backups and recovery, whose fault for a missing table is their own. */
export async function existingTable(
  caller: Transaction,
  text: string,
  action: string,
): Promise<{ table: TableState; tx: Transaction }> {
  const { name, tx } = resolveName(caller, text);
  const table = await tx.get(Table, name);
  checkAccess(caller, tx, name, table, action);
  if (table === undefined) throw dynamodbFault("TableNotFoundException", `Table not found: ${name}`);
  return { table, tx };
}

export async function createBackup(
  input: Readonly<CreateBackupInput>,
  caller: Transaction,
): Promise<CreateBackupOutput> {
  const { table, tx } = await existingTable(caller, input.TableName, "CreateBackup");
  if (table.creating === true) {
    throw dynamodbFault("TableInUseException", `Table is being created: ${table.name}`);
  }
  return { BackupDetails: backupDetails(createUserBackup(table, input.BackupName, tx)) };
}

async function existingBackup(tx: Transaction, arn: string): Promise<BackupState> {
  const key = keyInArn(arn);
  if (key === undefined) throw validation(`Invalid backup ARN: ${arn}`);
  const backup = await tx.get(Backup, ...key);
  if (backup === undefined) throw dynamodbFault("BackupNotFoundException", `Backup not found: ${arn}`);
  return backup;
}

export async function describeBackup(
  input: Readonly<DescribeBackupInput>,
  tx: Transaction,
): Promise<DescribeBackupOutput> {
  return { BackupDescription: describe(await existingBackup(tx, input.BackupArn)) };
}

export async function deleteBackup(
  input: Readonly<DeleteBackupInput>,
  tx: Transaction,
): Promise<DeleteBackupOutput> {
  const backup = await existingBackup(tx, input.BackupArn);
  if (backup.type === "SYSTEM") {
    throw validation("System backups cannot be deleted");
  }
  if (backup.status === "CREATING" || backup.restoring > 0) {
    throw dynamodbFault("BackupInUseException", `Backup is in use: ${backup.arn}`);
  }
  tx.delete(Backup, backup.tableName, backup.id);
  removeLater(tx, [itemPrefix(tx, backup.storageId)]);
  const description = describe(backup);
  return {
    BackupDescription: {
      ...description,
      BackupDetails: { ...backupDetails(backup), BackupStatus: "DELETED" },
    },
  };
}

export async function listBackups(
  input: Readonly<ListBackupsInput>,
  caller: Transaction,
): Promise<ListBackupsOutput> {
  const { TimeRangeLowerBound: from, TimeRangeUpperBound: to, BackupType: type = "USER" } = input;
  if (from !== undefined && to !== undefined && from > to) {
    throw validation("TimeRangeLowerBound must not be after TimeRangeUpperBound");
  }
  const named = input.TableName === undefined ? undefined : resolveName(caller, input.TableName);
  const tx = named?.tx ?? caller;
  const start = input.ExclusiveStartBackupArn;
  const startKey = start === undefined ? undefined : keyInArn(start);
  if (start !== undefined && startKey === undefined) throw validation(`Invalid backup ARN: ${start}`);
  const all = await tx.all(Backup, named === undefined ? [] : [named.name]);
  const chosen = all.filter(
    (backup) =>
      (type === "ALL" || backup.type === type) &&
      (from === undefined || backup.createdAt >= from) &&
      (to === undefined || backup.createdAt < to) &&
      (startKey === undefined || isAfter(backup, startKey)),
  );
  const limit = Math.min(input.Limit ?? longestPage, longestPage);
  const shown = chosen.slice(0, limit);
  const last = shown.at(-1);
  return {
    BackupSummaries: shown.map(backupSummary),
    ...(chosen.length > limit && last !== undefined ? { LastEvaluatedBackupArn: last.arn } : undefined),
  };
}

function isAfter({ tableName, id }: BackupState, [table, start]: readonly [string, string]): boolean {
  return tableName > table || (tableName === table && id > start);
}

export async function restoreTableFromBackup(
  input: Readonly<RestoreTableFromBackupInput>,
  tx: Transaction,
): Promise<RestoreTableFromBackupOutput> {
  const backup = await existingBackup(tx, input.BackupArn);
  if (backup.status === "CREATING") {
    throw dynamodbFault("BackupInUseException", `Backup is in use: ${backup.arn}`);
  }
  const table = await restoredTable(
    backup.table,
    input,
    { backupArn: backup.arn, tableArn: backup.tableArn, at: backup.createdAt, inProgress: true },
    tx,
  );
  tx.put(Backup, { ...backup, restoring: backup.restoring + 1 });
  tx.enqueue(restoreItems, {
    table: table.name,
    storageId: table.storageId,
    source: { storageId: backup.storageId, cut: backup.cut },
    holds: { backup: [backup.tableName, backup.id] },
  });
  return { TableDescription: await describeTable(table, tx) };
}
