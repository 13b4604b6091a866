// Every operation and the handler behind it.

import type { Operations } from "../../../core/service.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { cancelExportTask, createExportTask, describeExportTasks } from "../exports/export-task.ts";
import {
  deleteQueryDefinition,
  describeQueryDefinitions,
  putQueryDefinition,
} from "../insights/definition.ts";
import {
  describeQueries,
  getLogRecord,
  getQueryResults,
  startQuery,
  stopQuery,
} from "../insights/operations.ts";
import {
  deleteResourcePolicy,
  describeResourcePolicies,
  putResourcePolicy,
} from "../policies/resource-policy.ts";
import {
  deleteDestination,
  describeDestinations,
  putDestination,
  putDestinationPolicy,
} from "../subscriptions/destination.ts";
import {
  deleteMetricFilter,
  describeMetricFilters,
  putMetricFilter,
} from "../subscriptions/metric-filter.ts";
import {
  deleteSubscriptionFilter,
  describeSubscriptionFilters,
  putSubscriptionFilter,
} from "../subscriptions/operations.ts";
import { filterLogEvents } from "./filter.ts";
import { getLogEvents } from "./get.ts";
import {
  associateKmsKey,
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  disassociateKmsKey,
  putLogGroupDeletionProtection,
  putRetentionPolicy,
} from "./group.ts";
import { getLogGroupFields, listLogGroups } from "./list.ts";
import { startLiveTail } from "./live-tail.ts";
import { putLogEvents } from "./put.ts";
import { createLogStream, deleteLogStream, describeLogStreams } from "./stream.ts";
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from "./tags.ts";

export const operations: Operations<Logs> = {
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
};
