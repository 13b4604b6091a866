// DynamoDB: tables, their items and the expressions over them. This file is
// the table of contents; README.md tells what differs from AWS.

import { defineService } from "../../core/service.ts";
import { Backup } from "./backups/backup.ts";
import { copyToBackup, expireBackup, restoreItems } from "./backups/jobs.ts";
import { dynamodb } from "./faults.ts";
import { sweepHistory } from "./history/keeping.ts";
import { expireItems } from "./items/expiry.ts";
import { describeEndpoints, describeLimits } from "./operations/account.ts";
import {
  createBackup,
  deleteBackup,
  describeBackup,
  listBackups,
  restoreTableFromBackup,
} from "./operations/backups.ts";
import { batchWriteItem } from "./operations/batch-write.ts";
import { batchGetItem, getItem, transactGetItems } from "./operations/get.ts";
import { batchExecuteStatement, executeStatement, executeTransaction } from "./operations/partiql.ts";
import { query, scan } from "./operations/query-scan.ts";
import {
  describeContinuousBackups,
  restoreTableToPointInTime,
  updateContinuousBackups,
} from "./operations/recovery.ts";
import { deleteItem, putItem, updateItem } from "./operations/single-write.ts";
import { createTable, deleteTable, describeTable, listTables } from "./operations/tables.ts";
import { listTagsOfResource, tagResource, untagResource } from "./operations/tags.ts";
import { describeTimeToLive, updateTimeToLive } from "./operations/time-to-live.ts";
import { transactWriteItems } from "./operations/transact-write.ts";
import { updateTable } from "./operations/update-table.ts";
import {
  createGlobalTable,
  describeGlobalTable,
  describeGlobalTableSettings,
  GlobalTable,
  listGlobalTables,
  updateGlobalTable,
  updateGlobalTableSettings,
} from "./replicas/global-tables.ts";
import { fillReplica } from "./replicas/group.ts";
import { removeRemains } from "./tables/cleanup.ts";
import { fillExpiry, fillIndex } from "./tables/fill.ts";
import { Table } from "./tables/table.ts";
import { Export } from "./transfer/export.ts";
import { exportItems } from "./transfer/export-job.ts";
import { describeExport, exportTableToPointInTime, listExports } from "./transfer/exports.ts";
import { Import } from "./transfer/import.ts";
import { importItems } from "./transfer/import-job.ts";
import { describeImport, importTable, listImports } from "./transfer/imports.ts";

export default defineService({
  model: dynamodb,
  resources: [Table, GlobalTable, Backup, Export, Import],
  jobs: [
    exportItems,
    importItems,
    copyToBackup,
    restoreItems,
    expireBackup,
    sweepHistory,
    expireItems,
    fillIndex,
    fillReplica,
    fillExpiry,
    removeRemains,
  ],
  operations: {
    BatchExecuteStatement: batchExecuteStatement,
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    CreateBackup: createBackup,
    CreateGlobalTable: createGlobalTable,
    CreateTable: createTable,
    DeleteBackup: deleteBackup,
    DeleteItem: deleteItem,
    DeleteTable: deleteTable,
    DescribeBackup: describeBackup,
    DescribeContinuousBackups: describeContinuousBackups,
    DescribeEndpoints: describeEndpoints,
    DescribeExport: describeExport,
    DescribeGlobalTable: describeGlobalTable,
    DescribeGlobalTableSettings: describeGlobalTableSettings,
    DescribeImport: describeImport,
    DescribeLimits: describeLimits,
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    ExecuteStatement: executeStatement,
    ExecuteTransaction: executeTransaction,
    ExportTableToPointInTime: exportTableToPointInTime,
    GetItem: getItem,
    ImportTable: importTable,
    ListBackups: listBackups,
    ListExports: listExports,
    ListGlobalTables: listGlobalTables,
    ListImports: listImports,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    Query: query,
    RestoreTableFromBackup: restoreTableFromBackup,
    RestoreTableToPointInTime: restoreTableToPointInTime,
    Scan: scan,
    TagResource: tagResource,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateContinuousBackups: updateContinuousBackups,
    UpdateGlobalTable: updateGlobalTable,
    UpdateGlobalTableSettings: updateGlobalTableSettings,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
  },
});
