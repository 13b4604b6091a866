// How backups begin: when asked for, and by AWS itself when a table with
// point-in-time recovery is deleted.

import type { Transaction } from "../../../core/transaction.ts";
import { keepFor } from "../history/keeping.ts";
import { describeTable } from "../tables/description.ts";
import { tableArn } from "../tables/name.ts";
import { Table, type TableState } from "../tables/table.ts";
import { Backup, type BackupState, timedId } from "./backup.ts";
import { copyToBackup, expireBackup } from "./jobs.ts";

const keptMilliseconds = 35 * 86_400_000;
const storageIdLength = 10;

type Frame = Omit<BackupState, "name" | "type" | "status" | "storageId" | "items" | "bytes">;

function frame(table: TableState, tx: Transaction): Frame {
  const id = timedId(tx);
  const source = tableArn(table, tx);
  return {
    tableName: table.name,
    id,
    arn: `${source}/backup/${id}`,
    tableArn: source,
    createdAt: tx.now,
    table,
    cut: { at: tx.now, order: tx.nextOrder() },
    restoring: 0,
  };
}

/** The items are copied by a job, as they are now: what changes meanwhile is kept in the table's history. */
export function createUserBackup(table: TableState, name: string, tx: Transaction): BackupState {
  const backup: BackupState = {
    ...frame(table, tx),
    name,
    type: "USER",
    status: "CREATING",
    storageId: tx.ids.lower(storageIdLength),
    items: 0,
    bytes: 0,
  };
  tx.put(Backup, backup);
  tx.put(Table, keepFor(table, backup.arn, tx));
  tx.enqueue(copyToBackup, { table: table.name, id: backup.id });
  return backup;
}

/** The items of a deleted table become the backup's; nothing is copied. */
export async function keepDeleted(table: TableState, tx: Transaction): Promise<void> {
  const { ItemCount = 0, TableSizeBytes = 0 } = await describeTable(table, tx);
  const expiresAt = tx.now + keptMilliseconds;
  const backup: BackupState = {
    ...frame(table, tx),
    name: `${table.name}$DeletedTableBackup`,
    type: "SYSTEM",
    status: "AVAILABLE",
    expiresAt,
    storageId: table.storageId,
    items: ItemCount,
    bytes: TableSizeBytes,
  };
  tx.put(Backup, backup);
  tx.enqueue(expireBackup, { table: table.name, id: backup.id }, { at: expiresAt });
}
