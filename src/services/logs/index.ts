// CloudWatch Logs: groups of streams of events.

import { defineService } from "../../core/service.ts";
import type { Logs } from "../../model/generated/logs.d.ts";
import {
  cancelExportTask,
  createExportTask,
  describeExportTasks,
  ExportTask,
  runExport,
} from "./exports/export-task.ts";
import {
  deleteQueryDefinition,
  describeQueryDefinitions,
  putQueryDefinition,
  QueryDefinition,
} from "./insights/definition.ts";
import {
  describeQueries,
  getLogRecord,
  getQueryResults,
  startQuery,
  stopQuery,
} from "./insights/operations.ts";
import { forgetQuery, Query, runQuery } from "./insights/query.ts";
import { expireEvents } from "./jobs.ts";
import { LogGroup } from "./log-group.ts";
import { LogStream } from "./log-stream.ts";
import { logs } from "./model.ts";
import { filterLogEvents } from "./operations/filter.ts";
import { getLogEvents } from "./operations/get.ts";
import {
  associateKmsKey,
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  disassociateKmsKey,
  putLogGroupDeletionProtection,
  putRetentionPolicy,
} from "./operations/group.ts";
import { getLogGroupFields, listLogGroups } from "./operations/list.ts";
import { startLiveTail } from "./operations/live-tail.ts";
import { putLogEvents } from "./operations/put.ts";
import { createLogStream, deleteLogStream, describeLogStreams } from "./operations/stream.ts";
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from "./operations/tags.ts";
import {
  deleteResourcePolicy,
  describeResourcePolicies,
  putResourcePolicy,
  ResourcePolicy,
} from "./policies/resource-policy.ts";
import { logGroupType, logStreamType } from "./resource-types/log-group.ts";
import { deliverEvents } from "./subscriptions/deliver.ts";
import {
  Destination,
  deleteDestination,
  describeDestinations,
  putDestination,
  putDestinationPolicy,
} from "./subscriptions/destination.ts";
import {
  deleteMetricFilter,
  describeMetricFilters,
  MetricFilter,
  putMetricFilter,
} from "./subscriptions/metric-filter.ts";
import {
  deleteSubscriptionFilter,
  describeSubscriptionFilters,
  putSubscriptionFilter,
} from "./subscriptions/operations.ts";
import { logGroupTarget } from "./target.ts";

export default defineService<Logs>({
  model: logs,
  resourceTypes: [logGroupType, logStreamType],
  validationError: "InvalidParameterException",
  resources: [
    LogGroup,
    LogStream,
    Destination,
    MetricFilter,
    Query,
    QueryDefinition,
    ResourcePolicy,
    ExportTask,
  ],
  operations: {
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    GetLogGroupFields: getLogGroupFields,
    ListLogGroups: listLogGroups,
    ListTagsForResource: listTagsForResource,
    ListTagsLogGroup: listTagsLogGroup,
    PutLogEvents: putLogEvents,
    PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
    PutRetentionPolicy: putRetentionPolicy,
    PutDestination: putDestination,
    PutDestinationPolicy: putDestinationPolicy,
    DeleteDestination: deleteDestination,
    DescribeDestinations: describeDestinations,
    PutSubscriptionFilter: putSubscriptionFilter,
    DescribeSubscriptionFilters: describeSubscriptionFilters,
    DeleteSubscriptionFilter: deleteSubscriptionFilter,
    PutMetricFilter: putMetricFilter,
    DescribeMetricFilters: describeMetricFilters,
    DeleteMetricFilter: deleteMetricFilter,
    PutResourcePolicy: putResourcePolicy,
    DescribeResourcePolicies: describeResourcePolicies,
    DeleteResourcePolicy: deleteResourcePolicy,
    PutQueryDefinition: putQueryDefinition,
    DescribeQueryDefinitions: describeQueryDefinitions,
    DeleteQueryDefinition: deleteQueryDefinition,
    CreateExportTask: createExportTask,
    CancelExportTask: cancelExportTask,
    DescribeExportTasks: describeExportTasks,
    StartQuery: startQuery,
    StopQuery: stopQuery,
    GetQueryResults: getQueryResults,
    DescribeQueries: describeQueries,
    GetLogRecord: getLogRecord,
    StartLiveTail: startLiveTail,
    TagLogGroup: tagLogGroup,
    TagResource: tagResource,
    UntagLogGroup: untagLogGroup,
    UntagResource: untagResource,
  },
  jobs: [expireEvents, deliverEvents, runQuery, forgetQuery, runExport],
  targets: [logGroupTarget],
});
