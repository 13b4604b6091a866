// CloudWatch Logs: groups of streams of events.

import { defineService } from "../../core/service.ts";
import type { Logs } from "../../model/generated/logs.d.ts";
import { ExportTask, runExport } from "./exports/export-task.ts";
import { QueryDefinition } from "./insights/definition.ts";
import { forgetQuery, Query, runQuery } from "./insights/query.ts";
import { expireEvents } from "./jobs.ts";
import { LogGroup } from "./log-group.ts";
import { LogStream } from "./log-stream.ts";
import { logs } from "./model.ts";
import { operations } from "./operations/table.ts";
import { ResourcePolicy } from "./policies/resource-policy.ts";
import { destinationType, queryDefinitionType, resourcePolicyType } from "./resource-types/destination.ts";
import { logGroupType, logStreamType } from "./resource-types/log-group.ts";
import { metricFilterType } from "./resource-types/metric-filter.ts";
import { subscriptionFilterType } from "./resource-types/subscription.ts";
import { deliverEvents } from "./subscriptions/deliver.ts";
import { Destination } from "./subscriptions/destination.ts";
import { MetricFilter } from "./subscriptions/metric-filter.ts";
import { logGroupTarget } from "./target.ts";

export default defineService<Logs>({
  model: logs,
  resourceTypes: [
    destinationType,
    logGroupType,
    logStreamType,
    metricFilterType,
    queryDefinitionType,
    resourcePolicyType,
    subscriptionFilterType,
  ],
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
  operations,
  jobs: [expireEvents, deliverEvents, runQuery, forgetQuery, runExport],
  targets: [logGroupTarget],
});
