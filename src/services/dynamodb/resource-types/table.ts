// AWS::DynamoDB::Table: the table, its indexes, and what other operations set
// on it (time to live, backups, Kinesis, insights, its policy).

import {
  defineResourceType,
  type Properties,
  pick,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { TableDescription } from "../../../model/generated/dynamodb.d.ts";
import { dynamodb } from "../faults.ts";
import { inForce, pause, setIndexes } from "./table-indexes.ts";

export interface TableProperties {
  readonly TableName: string;
  readonly AttributeDefinitions?: readonly Properties[];
  readonly BillingMode?: string;
  readonly ContributorInsightsSpecification?: { readonly Enabled: boolean };
  readonly DeletionProtectionEnabled?: boolean;
  readonly GlobalSecondaryIndexes?: readonly (Properties & { readonly IndexName: string })[];
  readonly KeySchema: readonly Properties[];
  readonly KinesisStreamSpecification?: { readonly StreamArn: string };
  readonly LocalSecondaryIndexes?: readonly Properties[];
  readonly OnDemandThroughput?: Properties;
  readonly PointInTimeRecoverySpecification?: {
    readonly PointInTimeRecoveryEnabled?: boolean;
    readonly RecoveryPeriodInDays?: number;
  };
  readonly ProvisionedThroughput?: Properties;
  readonly ResourcePolicy?: { readonly PolicyDocument: unknown };
  readonly SSESpecification?: Properties & { readonly SSEEnabled?: boolean };
  readonly StreamSpecification?: Properties & {
    readonly ResourcePolicy?: { readonly PolicyDocument: unknown };
  };
  readonly TableClass?: string;
  readonly Tags?: readonly Tag[];
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName?: string };
  readonly WarmThroughput?: Properties;
}

function encryption({ SSESpecification }: TableProperties): Properties {
  if (SSESpecification === undefined) return {};
  const { SSEEnabled, ...rest } = SSESpecification;
  return { SSESpecification: { Enabled: SSEEnabled, ...rest } };
}

function stream({ StreamSpecification }: TableProperties): Properties {
  if (StreamSpecification === undefined) return {};
  const { StreamViewType } = StreamSpecification;
  return { StreamSpecification: { StreamEnabled: true, StreamViewType } };
}

function attributes(table: TableDescription | undefined): Properties {
  return {
    Arn: table?.TableArn,
    ...(table?.LatestStreamArn === undefined ? {} : { StreamArn: table.LatestStreamArn }),
  };
}

/** What CreateTable does not take. */
export async function setExtras(
  after: TableProperties,
  before: Partial<TableProperties>,
  arn: string,
  at: ResourceContext,
): Promise<void> {
  const { TableName } = after;
  const ttl = after.TimeToLiveSpecification;
  if (!same(ttl, before.TimeToLiveSpecification)) {
    const TimeToLiveSpecification = ttl ?? { ...before.TimeToLiveSpecification, Enabled: false };
    if (ttl !== undefined || before.TimeToLiveSpecification?.Enabled === true)
      await at.call(dynamodb, "UpdateTimeToLive", { TableName, TimeToLiveSpecification });
  }
  const recovery = after.PointInTimeRecoverySpecification;
  if (!same(recovery, before.PointInTimeRecoverySpecification)) {
    await at.call(dynamodb, "UpdateContinuousBackups", {
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false, ...recovery },
    });
  }
  const insights = after.ContributorInsightsSpecification?.Enabled === true;
  if (insights !== (before.ContributorInsightsSpecification?.Enabled === true)) {
    const ContributorInsightsAction = insights ? "ENABLE" : "DISABLE";
    await at.call(dynamodb, "UpdateContributorInsights", { TableName, ContributorInsightsAction });
  }
  const [to, from] = [after.KinesisStreamSpecification, before.KinesisStreamSpecification];
  if (to?.StreamArn !== from?.StreamArn) {
    if (from !== undefined)
      await at.call(dynamodb, "DisableKinesisStreamingDestination", { TableName, StreamArn: from.StreamArn });
    if (to !== undefined)
      await at.call(dynamodb, "EnableKinesisStreamingDestination", { TableName, StreamArn: to.StreamArn });
  }
  const Policy = policyText(after.ResourcePolicy?.PolicyDocument);
  if (Policy !== policyText(before.ResourcePolicy?.PolicyDocument)) {
    if (Policy === undefined) await at.call(dynamodb, "DeleteResourcePolicy", { ResourceArn: arn });
    else await at.call(dynamodb, "PutResourcePolicy", { ResourceArn: arn, Policy });
  }
}

const describe = (TableName: string, at: ResourceContext) =>
  unlessMissing(at.ctx.call(dynamodb, "DescribeTable", { TableName }));

export const tableType = defineResourceType<TableProperties>({
  type: "AWS::DynamoDB::Table",
  name: { property: "TableName", maximum: 255 },
  unsupported: ["ImportSourceSpecification", "VectorIndexes", "StreamSpecification/ResourcePolicy"],
  create: async (properties, at) => {
    const { TableName } = properties;
    const settings = pick(
      properties,
      "TableName",
      "AttributeDefinitions",
      "BillingMode",
      "DeletionProtectionEnabled",
      "KeySchema",
      "LocalSecondaryIndexes",
      "OnDemandThroughput",
      "ProvisionedThroughput",
      "TableClass",
      "Tags",
      "WarmThroughput",
    );
    const { TableDescription } = await at.call(dynamodb, "CreateTable", {
      ...settings,
      ...encryption(properties),
      ...stream(properties),
      ...(properties.GlobalSecondaryIndexes === undefined
        ? {}
        : {
            GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(
              ({ ContributorInsightsSpecification: _insights, ...index }) => index,
            ),
          }),
    });
    at.made(TableName);
    await inForce(TableName, at);
    await setExtras(properties, {}, TableDescription?.TableArn ?? "", at);
    return { id: TableName, attributes: attributes(TableDescription) };
  },
  read: async (TableName, at) => {
    const found = await describe(TableName, at);
    if (found?.Table === undefined) return undefined;
    const table = found.Table;
    const { Tags = [] } = await at.call(dynamodb, "ListTagsOfResource", { ResourceArn: table.TableArn });
    const { TimeToLiveDescription: ttl } = await at.call(dynamodb, "DescribeTimeToLive", { TableName });
    const throughput = (given: Properties | undefined) =>
      given === undefined
        ? {}
        : { ProvisionedThroughput: pick(given, "ReadCapacityUnits", "WriteCapacityUnits") };
    const onDemand = table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
    const provisioned = (given: object | undefined) => (onDemand ? {} : throughput(given as Properties));
    const globals = (table.GlobalSecondaryIndexes ?? []).map((index) => ({
      ...pick(index, "IndexName", "KeySchema", "Projection"),
      ...provisioned(index.ProvisionedThroughput),
    }));
    const locals = (table.LocalSecondaryIndexes ?? []).map((index) =>
      pick(index, "IndexName", "KeySchema", "Projection"),
    );
    return {
      ...pick(table, "TableName", "AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled"),
      BillingMode: onDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
      ...provisioned(table.ProvisionedThroughput),
      ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
      ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
      ...(table.StreamSpecification === undefined
        ? {}
        : { StreamSpecification: pick(table.StreamSpecification, "StreamViewType") }),
      ...(ttl?.TimeToLiveStatus === "ENABLED"
        ? { TimeToLiveSpecification: { Enabled: true, AttributeName: ttl.AttributeName } }
        : {}),
      Tags,
      ...attributes(table),
    };
  },
  update: async (TableName, after, before, at) => {
    const found = await describe(TableName, at);
    const arn = found?.Table?.TableArn ?? "";
    const wanted: Record<string, unknown> = {};
    if (
      !same(
        [after.BillingMode, after.ProvisionedThroughput],
        [before.BillingMode, before.ProvisionedThroughput],
      )
    ) {
      wanted.BillingMode = after.BillingMode ?? "PROVISIONED";
      if (wanted.BillingMode === "PROVISIONED") wanted.ProvisionedThroughput = after.ProvisionedThroughput;
    }
    for (const name of [
      "DeletionProtectionEnabled",
      "TableClass",
      "OnDemandThroughput",
      "WarmThroughput",
    ] as const) {
      if (!same(after[name], before[name]) && after[name] !== undefined) wanted[name] = after[name];
    }
    if (after.DeletionProtectionEnabled === undefined && before.DeletionProtectionEnabled === true)
      wanted.DeletionProtectionEnabled = false;
    if (!same(encryption(after), encryption(before)))
      Object.assign(
        wanted,
        after.SSESpecification ? encryption(after) : { SSESpecification: { Enabled: false } },
      );
    await setIndexes(after, before, wanted, at);
    if (!same(stream(after), stream(before))) {
      if (before.StreamSpecification !== undefined)
        await at.call(dynamodb, "UpdateTable", { TableName, StreamSpecification: { StreamEnabled: false } });
      if (after.StreamSpecification !== undefined)
        await at.call(dynamodb, "UpdateTable", { TableName, ...stream(after) });
    }
    await setExtras(after, before, arn, at);
    const tags = tagChanges(before.Tags, after.Tags);
    if (tags.remove.length > 0)
      await at.call(dynamodb, "UntagResource", { ResourceArn: arn, TagKeys: tags.remove });
    if (tags.set.length > 0) await at.call(dynamodb, "TagResource", { ResourceArn: arn, Tags: tags.set });
    return { attributes: attributes((await describe(TableName, at))?.Table) };
  },
  delete: async (TableName, _properties, at) => {
    await at.call(dynamodb, "DeleteTable", { TableName });
    while ((await describe(TableName, at)) !== undefined) await pause(at);
  },
  list: async (at) => {
    const names: string[] = [];
    let start: string | undefined;
    do {
      const page = await at.call(dynamodb, "ListTables", { ExclusiveStartTableName: start });
      names.push(...(page.TableNames ?? []));
      start = page.LastEvaluatedTableName;
    } while (start !== undefined);
    return names;
  },
});
