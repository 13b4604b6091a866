// Point-in-time recovery: DescribeContinuousBackups, UpdateContinuousBackups
// and RestoreTableToPointInTime.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ContinuousBackupsDescription,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  RestoreTableToPointInTimeInput,
  RestoreTableToPointInTimeOutput,
  UpdateContinuousBackupsInput,
  UpdateContinuousBackupsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { restoreItems } from "../backups/jobs.ts";
import { restoredTable } from "../backups/restore.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { keepFor, restorableTimes, withoutRecovery, withRecovery } from "../history/keeping.ts";
import { describeTable } from "../tables/description.ts";
import { tableArn } from "../tables/name.ts";
import { Table, type TableState } from "../tables/table.ts";
import { existingTable } from "./backups.ts";

const longestPeriodDays = 35;

export async function describeContinuousBackups(
  input: Readonly<DescribeContinuousBackupsInput>,
  caller: Transaction,
): Promise<DescribeContinuousBackupsOutput> {
  const { table, tx } = await existingTable(caller, input.TableName, "DescribeContinuousBackups");
  return { ContinuousBackupsDescription: describe(table, tx) };
}

/** AWS calls continuous backups enabled whether or not one can restore from them. */
function describe(table: TableState, tx: Transaction): ContinuousBackupsDescription {
  const recovery = table.history?.recovery;
  if (recovery === undefined) {
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    };
  }
  const { earliest, latest } = restorableTimes(recovery, tx.now);
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: recovery.days,
      EarliestRestorableDateTime: earliest,
      LatestRestorableDateTime: Math.max(earliest, latest),
    },
  };
}

export async function updateContinuousBackups(
  input: Readonly<UpdateContinuousBackupsInput>,
  caller: Transaction,
): Promise<UpdateContinuousBackupsOutput> {
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } =
    input.PointInTimeRecoverySpecification;
  if (!enabled && days !== undefined) {
    throw validation("RecoveryPeriodInDays can only be specified when PointInTimeRecoveryEnabled is true");
  }
  const { table, tx } = await existingTable(caller, input.TableName, "UpdateContinuousBackups");
  const next = enabled
    ? withRecovery(table, days ?? table.history?.recovery?.days ?? longestPeriodDays, tx)
    : withoutRecovery(table, tx);
  tx.put(Table, next);
  return { ContinuousBackupsDescription: describe(next, tx) };
}

export async function restoreTableToPointInTime(
  input: Readonly<RestoreTableToPointInTimeInput>,
  caller: Transaction,
): Promise<RestoreTableToPointInTimeOutput> {
  const name = input.SourceTableArn ?? input.SourceTableName;
  if (name === undefined) {
    throw validation("One of SourceTableName and SourceTableArn must be specified");
  }
  const { table: source, tx } = await existingTable(caller, name, "RestoreTableToPointInTime");
  const { history } = source;
  if (history?.recovery === undefined) {
    throw dynamodbFault(
      "PointInTimeRecoveryUnavailableException",
      `Point in time recovery is not enabled for table '${source.name}'`,
    );
  }
  const at = restoreTime(input, restorableTimes(history.recovery, tx.now));
  const table = await restoredTable(
    source,
    input,
    { tableArn: tableArn(source, tx), at, inProgress: true },
    tx,
  );
  const holder = `${table.name}/${table.storageId}`;
  tx.put(Table, keepFor(source, holder, tx));
  tx.enqueue(restoreItems, {
    table: table.name,
    storageId: table.storageId,
    source: { storageId: source.storageId, historyId: history.id, cut: { at } },
    holds: { table: source.name, holder },
  });
  return { TableDescription: await describeTable(table, tx) };
}

/** Epoch milliseconds. */
function restoreTime(
  input: Readonly<RestoreTableToPointInTimeInput>,
  { earliest, latest }: { earliest: number; latest: number },
): number {
  const { UseLatestRestorableTime: useLatest, RestoreDateTime: asked } = input;
  if (useLatest === true && asked !== undefined) {
    throw validation("UseLatestRestorableTime and RestoreDateTime cannot both be specified");
  }
  if (useLatest === true) return Math.max(earliest, latest);
  if (asked === undefined) {
    throw validation("One of UseLatestRestorableTime and RestoreDateTime must be specified");
  }
  if (asked < earliest || asked > Math.max(earliest, latest)) {
    throw dynamodbFault(
      "InvalidRestoreTimeException",
      `An invalid restore time was specified. RestoreDateTime must be between ${shown(earliest)} and ${shown(latest)}.`,
    );
  }
  return asked;
}

function shown(time: number): string {
  return new Date(time).toISOString();
}
