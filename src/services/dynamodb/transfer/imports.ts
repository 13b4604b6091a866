// ImportTable, DescribeImport and ListImports.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeImportInput,
  DescribeImportOutput,
  ImportTableInput,
  ImportTableOutput,
  ListImportsInput,
  ListImportsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { timedId } from "../backups/backup.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { newTable } from "../operations/tables.ts";
import { tableArn } from "../tables/name.ts";
import { Table } from "../tables/table.ts";
import {
  describeImport as describe,
  Import,
  type ImportState,
  importIdInArn,
  importSummary,
} from "./import.ts";
import { importItems } from "./import-job.ts";

const longestPage = 25;
const tokenLifetime = 8 * 3_600_000;

export async function importTable(
  input: Readonly<ImportTableInput>,
  tx: Transaction,
): Promise<ImportTableOutput> {
  if (input.InputFormat === "ION") throw notImplemented("dynamodb", "ImportTable with ION");
  if (input.InputCompressionType === "ZSTD") throw notImplemented("dynamodb", "ImportTable with ZSTD");
  if (input.InputFormat !== "CSV" && input.InputFormatOptions?.Csv !== undefined) {
    throw validation("Csv options can only be specified for InputFormat CSV");
  }
  const earlier = await withToken(input, tx);
  if (earlier !== undefined) return { ImportTableDescription: describe(earlier) };
  const table = { ...(await newTable(input.TableCreationParameters, tx)), creating: true };
  tx.put(Table, table);
  const id = timedId(tx);
  const source = tableArn(table, tx);
  const state: ImportState = {
    id,
    arn: `${source}/import/${id}`,
    tableName: table.name,
    tableArn: source,
    tableId: table.id,
    storageId: table.storageId,
    input: { ...input, ClientToken: input.ClientToken ?? tx.ids.uuid() },
    principal: tx.principal,
    status: "IN_PROGRESS",
    startedAt: tx.now,
    records: 0,
    bytes: 0,
    processed: 0,
    imported: 0,
    errors: 0,
  };
  tx.put(Import, state);
  tx.enqueue(importItems, { id });
  return { ImportTableDescription: describe(state) };
}

/** The import that the same token began within eight hours. */
async function withToken(
  input: Readonly<ImportTableInput>,
  tx: Transaction,
): Promise<ImportState | undefined> {
  if (input.ClientToken === undefined) return undefined;
  const { values } = await tx.list(Import, {
    index: "token",
    prefix: [input.ClientToken],
    reverse: true,
    limit: 1,
  });
  const [found] = values;
  if (found === undefined || found.startedAt + tokenLifetime < tx.now) return undefined;
  if (JSON.stringify(found.input) !== JSON.stringify(input)) {
    throw dynamodbFault("ImportConflictException", "The client token was used with other parameters");
  }
  return found;
}

export async function describeImport(
  { ImportArn: arn }: Readonly<DescribeImportInput>,
  tx: Transaction,
): Promise<DescribeImportOutput> {
  const id = importIdInArn(arn);
  const state = id === undefined ? undefined : await tx.get(Import, id);
  if (state === undefined) throw dynamodbFault("ImportNotFoundException", `Import not found: ${arn}`);
  return { ImportTableDescription: describe(state) };
}

export async function listImports(
  { TableArn: arn, PageSize: limit = longestPage, NextToken: cursor }: Readonly<ListImportsInput>,
  tx: Transaction,
): Promise<ListImportsOutput> {
  const page = await tx.list(Import, { limit, cursor });
  return {
    ImportSummaryList: page.values
      .filter((state) => arn === undefined || state.tableArn === arn)
      .map(importSummary),
    ...(page.cursor === undefined ? undefined : { NextToken: page.cursor }),
  };
}
