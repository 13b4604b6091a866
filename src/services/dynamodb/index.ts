// DynamoDB: tables, their items and the expressions over them. This file is
// the table of contents; README.md tells what differs from AWS.

import { defineService } from "../../core/service.ts";
import { Backup } from "./backups/backup.ts";
import { copyToBackup, expireBackup, restoreItems } from "./backups/jobs.ts";
import { validationFault } from "./constraints.ts";
import { deliverToKinesis } from "./destinations/deliver.ts";
import {
  describeKinesisStreamingDestination,
  disableKinesisStreamingDestination,
  enableKinesisStreamingDestination,
  updateKinesisStreamingDestination,
} from "./destinations/operations.ts";
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
import { globalTableType } from "./resource-types/global-table.ts";
import { tableType } from "./resource-types/table.ts";
import {
  describeContributorInsights,
  listContributorInsights,
  updateContributorInsights,
} from "./settings/contributor-insights.ts";
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  StreamPolicy,
} from "./settings/resource-policy.ts";
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
  validationFault,
  resources: [Table, GlobalTable, StreamPolicy, Backup, Export, Import],
  jobs: [
    deliverToKinesis,
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
  resourceTypes: [globalTableType, tableType],
  operations: {
    BatchExecuteStatement: batchExecuteStatement,
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    CreateBackup: createBackup,
    CreateGlobalTable: createGlobalTable,
    CreateTable: createTable,
    DeleteBackup: deleteBackup,
    DeleteItem: deleteItem,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteTable: deleteTable,
    DescribeBackup: describeBackup,
    DescribeContinuousBackups: describeContinuousBackups,
    DescribeContributorInsights: describeContributorInsights,
    DescribeEndpoints: describeEndpoints,
    DescribeExport: describeExport,
    DescribeGlobalTable: describeGlobalTable,
    DescribeGlobalTableSettings: describeGlobalTableSettings,
    DescribeImport: describeImport,
    DescribeKinesisStreamingDestination: describeKinesisStreamingDestination,
    DescribeLimits: describeLimits,
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    DisableKinesisStreamingDestination: disableKinesisStreamingDestination,
    EnableKinesisStreamingDestination: enableKinesisStreamingDestination,
    ExecuteStatement: executeStatement,
    ExecuteTransaction: executeTransaction,
    ExportTableToPointInTime: exportTableToPointInTime,
    GetItem: getItem,
    GetResourcePolicy: getResourcePolicy,
    ImportTable: importTable,
    ListBackups: listBackups,
    ListContributorInsights: listContributorInsights,
    ListExports: listExports,
    ListGlobalTables: listGlobalTables,
    ListImports: listImports,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    PutResourcePolicy: putResourcePolicy,
    Query: query,
    RestoreTableFromBackup: restoreTableFromBackup,
    RestoreTableToPointInTime: restoreTableToPointInTime,
    Scan: scan,
    TagResource: tagResource,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateContinuousBackups: updateContinuousBackups,
    UpdateContributorInsights: updateContributorInsights,
    UpdateGlobalTable: updateGlobalTable,
    UpdateGlobalTableSettings: updateGlobalTableSettings,
    UpdateKinesisStreamingDestination: updateKinesisStreamingDestination,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
  },
});
