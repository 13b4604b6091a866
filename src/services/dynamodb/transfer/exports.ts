// ExportTableToPointInTime, DescribeExport and ListExports.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeExportInput,
  DescribeExportOutput,
  ExportTableToPointInTimeInput,
  ExportTableToPointInTimeOutput,
  ListExportsInput,
  ListExportsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { timedId } from "../backups/backup.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { keepFor, restorableTimes } from "../history/keeping.ts";
import { existingTable } from "../operations/backups.ts";
import { nameInArn, tableArn } from "../tables/name.ts";
import { Table } from "../tables/table.ts";
import {
  describeExport as describe,
  Export,
  type ExportState,
  exportKeyInArn,
  type Increment,
} from "./export.ts";
import { exportItems } from "./export-job.ts";

const longestPage = 25;
const tokenLifetime = 8 * 3_600_000;
const shortestIncrement = 15 * 60_000;
const longestIncrement = 24 * 3_600_000;

type Input = Readonly<ExportTableToPointInTimeInput>;

export async function exportTableToPointInTime(
  input: Input,
  caller: Transaction,
): Promise<ExportTableToPointInTimeOutput> {
  if (input.ExportFormat === "ION") throw notImplemented("dynamodb", "ExportTableToPointInTime with ION");
  const { table, tx } = await existingTable(caller, input.TableArn, "ExportTableToPointInTime");
  const earlier = await withToken(input, tx);
  if (earlier !== undefined) return { ExportDescription: describe(earlier) };
  const { history } = table;
  if (history?.recovery === undefined) {
    throw dynamodbFault(
      "PointInTimeRecoveryUnavailableException",
      `Point in time recovery is not enabled for table '${table.name}'`,
    );
  }
  const times = restorableTimes(history.recovery, tx.now);
  const increment = input.ExportType === "INCREMENTAL_EXPORT" ? incrementOf(input, times) : undefined;
  if (increment === undefined && input.IncrementalExportSpecification !== undefined) {
    throw validation("IncrementalExportSpecification can only be specified for INCREMENTAL_EXPORT");
  }
  const at = increment?.to ?? input.ExportTime ?? tx.now;
  // The present is always there, even in the first second of recovery, which no other time names.
  if (at > tx.now || (at !== tx.now && at < times.earliest)) throw invalidTime("ExportTime");
  const source = tableArn(table, tx);
  const id = timedId(tx);
  const state: ExportState = {
    tableName: table.name,
    id,
    arn: `${source}/export/${id}`,
    tableArn: source,
    tableId: table.id,
    storageId: table.storageId,
    historyId: history.id,
    input: { ...input, ClientToken: input.ClientToken ?? tx.ids.uuid() },
    principal: tx.principal,
    at,
    increment,
    status: "IN_PROGRESS",
    startedAt: tx.now,
    files: [],
    items: 0,
    bytes: 0,
  };
  tx.put(Export, state);
  tx.put(Table, keepFor(table, state.arn, tx));
  tx.enqueue(exportItems, { table: table.name, id });
  return { ExportDescription: describe(state) };
}

/** The export that the same token began within eight hours. */
async function withToken(input: Input, tx: Transaction): Promise<ExportState | undefined> {
  if (input.ClientToken === undefined) return undefined;
  const { values } = await tx.list(Export, {
    index: "token",
    prefix: [input.ClientToken],
    reverse: true,
    limit: 1,
  });
  const [found] = values;
  if (found === undefined || found.startedAt + tokenLifetime < tx.now) return undefined;
  if (JSON.stringify(found.input) !== JSON.stringify(input)) {
    throw dynamodbFault(
      "ExportConflictException",
      "There was a conflict when writing to the specified S3 bucket: the client token was used with other parameters",
    );
  }
  return found;
}

function incrementOf(
  { IncrementalExportSpecification: given = {} }: Input,
  { earliest, latest }: { earliest: number; latest: number },
): Increment {
  const {
    ExportFromTime: from,
    ExportToTime: to = latest,
    ExportViewType: view = "NEW_AND_OLD_IMAGES",
  } = given;
  if (from === undefined) throw validation("ExportFromTime must be specified for INCREMENTAL_EXPORT");
  if (from < earliest) throw invalidTime("ExportFromTime");
  if (to > latest || to <= from) throw invalidTime("ExportToTime");
  if (to - from < shortestIncrement || to - from > longestIncrement) {
    throw validation(
      "The difference between ExportFromTime and ExportToTime must be at least 15 minutes and at most 24 hours",
    );
  }
  return { from, to, view };
}

function invalidTime(parameter: string): Error {
  return dynamodbFault(
    "InvalidExportTimeException",
    `${parameter} is not within the window of point-in-time recovery of the table`,
  );
}

export async function describeExport(
  { ExportArn: arn }: Readonly<DescribeExportInput>,
  tx: Transaction,
): Promise<DescribeExportOutput> {
  const key = exportKeyInArn(arn);
  const state = key === undefined ? undefined : await tx.get(Export, ...key);
  if (state === undefined) throw dynamodbFault("ExportNotFoundException", `Export not found: ${arn}`);
  return { ExportDescription: describe(state) };
}

export async function listExports(
  { TableArn: arn, MaxResults: limit = longestPage, NextToken: cursor }: Readonly<ListExportsInput>,
  tx: Transaction,
): Promise<ListExportsOutput> {
  const name = arn === undefined ? undefined : nameInArn(arn);
  if (arn !== undefined && name === undefined) throw validation(`Invalid table ARN: ${arn}`);
  const page = await tx.list(Export, { prefix: name === undefined ? [] : [name], limit, cursor });
  return {
    ExportSummaries: page.values.map(({ arn: ExportArn, status, increment }) => ({
      ExportArn,
      ExportStatus: status,
      ExportType: increment === undefined ? "FULL_EXPORT" : "INCREMENTAL_EXPORT",
    })),
    ...(page.cursor === undefined ? undefined : { NextToken: page.cursor }),
  };
}
