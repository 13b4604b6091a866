// AWS::Logs::MetricFilter: what of a group's events becomes metrics.

import { defineResourceType, type ResourceContext, unlessMissing } from "../../../core/resource-type.ts";
import { logs } from "../model.ts";

interface Transformation {
  readonly DefaultValue?: number;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
  readonly MetricName: string;
  readonly MetricNamespace: string;
  readonly MetricValue: string;
  readonly Unit?: string;
}

interface FilterProperties {
  readonly FilterName: string;
  readonly FilterPattern: string;
  readonly LogGroupName: string;
  readonly MetricTransformations: readonly Transformation[];
}

async function put(properties: FilterProperties, at: ResourceContext): Promise<void> {
  await at.call(logs, "PutMetricFilter", {
    filterName: properties.FilterName,
    filterPattern: properties.FilterPattern,
    logGroupName: properties.LogGroupName,
    metricTransformations: properties.MetricTransformations.map(
      ({ DefaultValue, Dimensions, MetricName, MetricNamespace, MetricValue, Unit }) => ({
        metricName: MetricName,
        metricNamespace: MetricNamespace,
        metricValue: MetricValue,
        ...(DefaultValue === undefined ? {} : { defaultValue: DefaultValue }),
        ...(Unit === undefined ? {} : { unit: Unit }),
        ...(Dimensions === undefined
          ? {}
          : { dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, Value])) }),
      }),
    ),
  });
}

async function find(name: string, logGroupName: string, at: ResourceContext) {
  const page = await unlessMissing(
    at.ctx.call(logs, "DescribeMetricFilters", { logGroupName, filterNamePrefix: name }),
  );
  return page?.metricFilters?.find(({ filterName }) => filterName === name);
}

export const metricFilterType = defineResourceType<FilterProperties>({
  type: "AWS::Logs::MetricFilter",
  name: { property: "FilterName", maximum: 512 },
  unsupported: ["ApplyOnTransformedLogs", "EmitSystemFieldDimensions", "FieldSelectionCriteria"],
  existing: async ({ FilterName, LogGroupName }, at) =>
    (await find(FilterName, LogGroupName, at))?.filterName,
  create: async (properties, at) => {
    await put(properties, at);
    return { id: properties.FilterName };
  },
  read: async (id, at, { LogGroupName }) => {
    const found = await find(id, LogGroupName, at);
    if (found === undefined) return undefined;
    return {
      FilterName: id,
      FilterPattern: found.filterPattern,
      LogGroupName,
      MetricTransformations: (found.metricTransformations ?? []).map((each) => ({
        MetricName: each.metricName,
        MetricNamespace: each.metricNamespace,
        MetricValue: each.metricValue,
        ...(each.defaultValue === undefined ? {} : { DefaultValue: each.defaultValue }),
        ...(each.unit === undefined ? {} : { Unit: each.unit }),
        ...(each.dimensions === undefined
          ? {}
          : { Dimensions: Object.entries(each.dimensions).map(([Key, Value]) => ({ Key, Value })) }),
      })),
    };
  },
  update: async (_id, after, _before, at) => {
    await put(after, at);
    return undefined;
  },
  delete: async (filterName, { LogGroupName }, at) => {
    await at.call(logs, "DeleteMetricFilter", { logGroupName: LogGroupName, filterName });
  },
  identifier: (id, { LogGroupName }) => `${LogGroupName}|${id}`,
});
