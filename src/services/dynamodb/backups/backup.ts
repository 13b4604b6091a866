// A backup as it is stored: the table's definition then, and an id under which
// a copy of its items lies, as those of a table do.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  BackupDescription,
  BackupDetails,
  BackupSummary,
  BackupType,
} from "../../../model/generated/dynamodb.d.ts";
import type { Cut } from "../history/history.ts";
import { keyElements, sourceFeatures } from "../tables/description.ts";
import type { TableState } from "../tables/table.ts";

export interface BackupState {
  readonly tableName: string;
  /** The end of the ARN, which begins with the time: `01489602797149-73d8d5bc`. */
  readonly id: string;
  readonly arn: string;
  readonly tableArn: string;
  readonly name: string;
  readonly type: BackupType;
  readonly status: "CREATING" | "AVAILABLE";
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  readonly table: TableState;
  readonly cut: Cut;
  /** What the copied items are stored under. */
  readonly storageId: string;
  readonly items: number;
  readonly bytes: number;
  /** Restorations under way. */
  readonly restoring: number;
}

export const Backup = defineResource<BackupState>()({
  service: "dynamodb",
  type: "backup",
  key: (backup) => [backup.tableName, backup.id],
  arn: (backup) => backup.arn,
  named: (input) => (typeof input.BackupArn === "string" ? input.BackupArn : undefined),
});

const arnPattern =
  /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/([a-zA-Z0-9_.-]+)\/backup\/([a-zA-Z0-9-]+)$/;

export function keyInArn(arn: string): readonly [table: string, id: string] | undefined {
  const parts = arnPattern.exec(arn);
  return parts === null ? undefined : [parts[1]!, parts[2]!];
}

/** The id of a backup, an export or an import: the time, and something that nobody guesses. */
export function timedId(tx: Transaction): string {
  return `0${tx.now}-${tx.ids.hex(8)}`;
}

export function backupDetails(backup: BackupState): BackupDetails {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupSizeBytes: backup.bytes,
    BackupStatus: backup.status,
    BackupType: backup.type,
    BackupCreationDateTime: backup.createdAt,
    ...(backup.expiresAt === undefined ? undefined : { BackupExpiryDateTime: backup.expiresAt }),
  };
}

export function backupSummary(backup: BackupState): BackupSummary {
  return {
    TableName: backup.tableName,
    TableId: backup.table.id,
    TableArn: backup.tableArn,
    ...backupDetails(backup),
  };
}

export function describeBackup(backup: BackupState): BackupDescription {
  const { table } = backup;
  return {
    BackupDetails: backupDetails(backup),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.id,
      TableArn: backup.tableArn,
      TableSizeBytes: backup.bytes,
      KeySchema: keyElements(table.key),
      TableCreationDateTime: table.createdAt,
      ProvisionedThroughput: {
        ReadCapacityUnits: table.throughput.read,
        WriteCapacityUnits: table.throughput.write,
      },
      ItemCount: backup.items,
      BillingMode: table.billing,
    },
    SourceTableFeatureDetails: sourceFeatures(table),
  };
}
