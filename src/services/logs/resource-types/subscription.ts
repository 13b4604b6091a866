// AWS::Logs::SubscriptionFilter: who is sent a group's events.

import { defineResourceType, type Properties, unlessMissing } from "../../../core/resource-type.ts";
import { logs } from "../model.ts";

interface FilterProperties {
  readonly FilterName: string;
  readonly LogGroupName: string;
  readonly DestinationArn: string;
  readonly Distribution?: string;
  readonly FilterPattern: string;
  readonly RoleArn?: string;
}

function input(properties: FilterProperties): Properties {
  return {
    filterName: properties.FilterName,
    logGroupName: properties.LogGroupName,
    destinationArn: properties.DestinationArn,
    filterPattern: properties.FilterPattern,
    ...(properties.Distribution === undefined ? {} : { distribution: properties.Distribution }),
    ...(properties.RoleArn === undefined ? {} : { roleArn: properties.RoleArn }),
  };
}

export const subscriptionFilterType = defineResourceType<FilterProperties>({
  type: "AWS::Logs::SubscriptionFilter",
  name: { property: "FilterName", maximum: 512 },
  unsupported: ["ApplyOnTransformedLogs", "EmitSystemFields", "FieldSelectionCriteria"],
  create: async (properties, at) => {
    await at.call(logs, "PutSubscriptionFilter", input(properties));
    return { id: properties.FilterName };
  },
  read: async (id, at, { LogGroupName }) => {
    const page = await unlessMissing(
      at.call(logs, "DescribeSubscriptionFilters", { logGroupName: LogGroupName, filterNamePrefix: id }),
    );
    const found = page?.subscriptionFilters?.find(({ filterName }) => filterName === id);
    if (found === undefined) return undefined;
    const { destinationArn, distribution, filterPattern, roleArn } = found;
    return {
      FilterName: id,
      LogGroupName,
      DestinationArn: destinationArn,
      Distribution: distribution,
      FilterPattern: filterPattern,
      ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
    };
  },
  update: async (_id, after, _before, at) => {
    await at.call(logs, "PutSubscriptionFilter", input(after));
    return undefined;
  },
  delete: async (filterName, { LogGroupName: logGroupName }, at) => {
    await at.call(logs, "DeleteSubscriptionFilter", { logGroupName, filterName });
  },
  identifier: (id, { LogGroupName }) => `${id}|${LogGroupName}`,
});
