// Metric filters: kept and shown. Metrics come of them where there is a service
// that takes metrics.

import { fault, notImplemented } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { MetricTransformation } from "../../../model/generated/logs.d.ts";
import { messageFilter } from "../filter-pattern.ts";
import { existingGroup, LogGroup } from "../log-group.ts";
import { type Input, logs, type Output } from "../model.ts";

export interface MetricFilterState {
  readonly groupId: string;
  readonly logGroupName: string;
  readonly filterName: string;
  readonly filterPattern: string;
  readonly metricTransformations: readonly MetricTransformation[];
  /** Epoch milliseconds. */
  readonly creationTime: number;
}

export const MetricFilter = defineResource<MetricFilterState>()({
  service: "logs",
  type: "metric-filter",
  key: (filter) => [filter.groupId, filter.filterName],
  indexes: { group: (filter) => [filter.logGroupName, filter.filterName] },
});

const mostOfGroup = 100;

export async function putMetricFilter(
  input: Input<"PutMetricFilter">,
  tx: Transaction,
): Promise<Output<"PutMetricFilter">> {
  for (const parameter of ["fieldSelectionCriteria", "emitSystemFieldDimensions"] as const) {
    if (input[parameter] !== undefined) throw notImplemented("logs", `the parameter ${parameter}`);
  }
  if (input.applyOnTransformedLogs === true) {
    throw notImplemented("logs", "the parameter applyOnTransformedLogs");
  }
  messageFilter(input.filterPattern);
  const group = await existingGroup(tx, input.logGroupName);
  const { filterName, filterPattern, metricTransformations } = input;
  const current = await tx.get(MetricFilter, group.id, filterName);
  if (current === undefined) {
    const { metricFilterCount = 0 } = group;
    if (metricFilterCount >= mostOfGroup) {
      throw fault(logs, "LimitExceededException", "Resource limit exceeded.");
    }
    tx.put(LogGroup, { ...group, metricFilterCount: metricFilterCount + 1 });
  }
  tx.put(MetricFilter, {
    groupId: group.id,
    logGroupName: group.name,
    filterName,
    filterPattern,
    metricTransformations,
    creationTime: current?.creationTime ?? tx.now,
  });
  return {};
}

export async function deleteMetricFilter(
  input: Input<"DeleteMetricFilter">,
  tx: Transaction,
): Promise<Output<"DeleteMetricFilter">> {
  const group = await existingGroup(tx, input.logGroupName);
  if ((await tx.get(MetricFilter, group.id, input.filterName)) === undefined) {
    throw fault(logs, "ResourceNotFoundException", "The specified metric filter does not exist.");
  }
  tx.delete(MetricFilter, group.id, input.filterName);
  tx.put(LogGroup, { ...group, metricFilterCount: (group.metricFilterCount ?? 1) - 1 });
  return {};
}

export async function describeMetricFilters(
  input: Input<"DescribeMetricFilters">,
  tx: Transaction,
): Promise<Output<"DescribeMetricFilters">> {
  const { logGroupName, metricName, metricNamespace } = input;
  if (logGroupName !== undefined) await existingGroup(tx, logGroupName);
  const page = await tx.list(MetricFilter, {
    index: "group",
    ...(logGroupName !== undefined && { prefix: [logGroupName], startsWith: input.filterNamePrefix }),
    limit: input.limit ?? 50,
    cursor: input.nextToken,
  });
  const wanted = page.values.filter(
    ({ filterName, metricTransformations }) =>
      filterName.startsWith(input.filterNamePrefix ?? "") &&
      metricTransformations.some(
        (each) =>
          each.metricName === (metricName ?? each.metricName) &&
          each.metricNamespace === (metricNamespace ?? each.metricNamespace),
      ),
  );
  return {
    metricFilters: wanted.map(({ groupId: _groupId, ...filter }) => ({
      ...filter,
      applyOnTransformedLogs: false,
    })),
    ...(page.cursor !== undefined && { nextToken: page.cursor }),
  };
}
