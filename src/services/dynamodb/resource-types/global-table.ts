// AWS::DynamoDB::GlobalTable: a table in the stack's own region, made as
// AWS::DynamoDB::Table makes one, and its replicas in other regions.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { dynamodb } from "../faults.ts";
import { setExtras, type TableProperties, tableType } from "./table.ts";
import { pause } from "./table-indexes.ts";

interface Replica {
  readonly Region: string;
  readonly SSESpecification?: { readonly KMSMasterKeyId: string };
  readonly TableClass?: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly Tags?: readonly Tag[];
  readonly PointInTimeRecoverySpecification?: NonNullable<
    TableProperties["PointInTimeRecoverySpecification"]
  >;
  readonly KinesisStreamSpecification?: NonNullable<TableProperties["KinesisStreamSpecification"]>;
  readonly ContributorInsightsSpecification?: NonNullable<
    TableProperties["ContributorInsightsSpecification"]
  >;
  readonly ResourcePolicy?: NonNullable<TableProperties["ResourcePolicy"]>;
  /** Settings of the table's indexes in the replica; CDK names the indexes without setting anything. */
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
}

interface GlobalTableProperties
  extends Omit<TableProperties, "ProvisionedThroughput" | "OnDemandThroughput" | "Tags"> {
  readonly MultiRegionConsistency?: string;
  readonly Replicas: readonly Replica[];
}

const ofTable = [
  "TableName",
  "AttributeDefinitions",
  "BillingMode",
  "GlobalSecondaryIndexes",
  "KeySchema",
  "LocalSecondaryIndexes",
  "StreamSpecification",
  "TimeToLiveSpecification",
  "WarmThroughput",
] as const;

/** The table as it is to be in one region. */
function inRegion(properties: GlobalTableProperties, region: string): TableProperties {
  const own = properties.Replicas.find(({ Region }) => Region === region);
  if (own === undefined)
    throw new ResourceFailure(`Replicas must contain the region of the stack, ${region}.`);
  if (properties.BillingMode !== "PAY_PER_REQUEST")
    throw new ResourceFailure(
      "Cumulet does not implement BillingMode PROVISIONED of AWS::DynamoDB::GlobalTable yet.",
    );
  const { Region: _region, SSESpecification: key, GlobalSecondaryIndexes: _indexes, ...replica } = own;
  const encryption = properties.SSESpecification;
  return {
    ...pick(properties, ...ofTable),
    ...replica,
    ...(encryption === undefined ? {} : { SSESpecification: { ...encryption, ...key } }),
  };
}

const others = (properties: GlobalTableProperties, region: string): readonly Replica[] =>
  properties.Replicas.filter(({ Region }) => Region !== region);

/** The same resource seen from another region: what is set there compares with what is, and may be repeated. */
function elsewhere(at: ResourceContext, region: string): ResourceContext {
  const ctx = at.ctx.at({ account: at.account, region });
  const call = ((service: { readonly name: string }, operation: string, input: object) =>
    ctx.callByName(service.name, operation, input)) as ResourceContext["call"];
  return { ...at, ctx, region, call };
}

const member = ({ Region, SSESpecification, TableClass }: Replica) => ({
  RegionName: Region,
  ...(SSESpecification === undefined ? {} : { KMSMasterKeyId: SSESpecification.KMSMasterKeyId }),
  ...(TableClass === undefined ? {} : { TableClassOverride: TableClass }),
});

async function settled(TableName: string, at: ResourceContext): Promise<readonly string[]> {
  for (;;) {
    const { Table } = await at.ctx.call(dynamodb, "DescribeTable", { TableName });
    const replicas = Table?.Replicas ?? [];
    const calm = replicas.every(({ ReplicaStatus }) => ReplicaStatus === "ACTIVE");
    if (calm && Table?.TableStatus === "ACTIVE") return replicas.map(({ RegionName }) => RegionName!);
    await pause(at);
  }
}

/** Brings the replicas to what they are to be, one at a time, as UpdateTable takes them. */
async function setReplicas(
  after: GlobalTableProperties,
  before: GlobalTableProperties | undefined,
  at: ResourceContext,
): Promise<void> {
  const { TableName } = after;
  const wanted = others(after, at.region);
  const old = before === undefined ? [] : others(before, at.region);
  const update = async (change: object): Promise<void> => {
    const strong = after.MultiRegionConsistency === "STRONG" ? { MultiRegionConsistency: "STRONG" } : {};
    await at.call(dynamodb, "UpdateTable", { TableName, ReplicaUpdates: [change], ...strong });
    await settled(TableName, at);
  };
  for (const { Region } of old) {
    const standing = await settled(TableName, at);
    if (!wanted.some((each) => each.Region === Region) && standing.includes(Region))
      await update({ Delete: { RegionName: Region } });
  }
  for (const replica of wanted) {
    const previous = old.find(({ Region }) => Region === replica.Region);
    if (previous === undefined) {
      if (before === undefined || !(await settled(TableName, at)).includes(replica.Region))
        await update({ Create: member(replica) });
    } else if (!same(member(previous), member(replica))) await update({ Update: member(replica) });
    await setOwn(after, before, previous, replica.Region, at);
  }
}

/** What each replica has for itself. */
async function setOwn(
  after: GlobalTableProperties,
  before: GlobalTableProperties | undefined,
  previous: Replica | undefined,
  region: string,
  at: ResourceContext,
): Promise<void> {
  const there = elsewhere(at, region);
  const { TableName } = after;
  const { TimeToLiveSpecification: _shared, ...wanted } = inRegion(after, region);
  const { TimeToLiveSpecification: _old, ...old }: Partial<TableProperties> =
    before === undefined || previous === undefined ? {} : inRegion(before, region);
  const arn = `arn:aws:dynamodb:${region}:${at.account}:table/${TableName}`;
  await setExtras(wanted, old, arn, there);
  const protection = wanted.DeletionProtectionEnabled === true;
  if (protection !== (old.DeletionProtectionEnabled === true))
    await there.call(dynamodb, "UpdateTable", { TableName, DeletionProtectionEnabled: protection });
  const { set, remove } = tagChanges(old.Tags, wanted.Tags);
  if (remove.length > 0) await there.call(dynamodb, "UntagResource", { ResourceArn: arn, TagKeys: remove });
  if (set.length > 0) await there.call(dynamodb, "TagResource", { ResourceArn: arn, Tags: set });
}

export const globalTableType = defineResourceType<GlobalTableProperties>({
  type: "AWS::DynamoDB::GlobalTable",
  name: { property: "TableName", maximum: 255 },
  unsupported: [
    "GlobalTableSourceArn",
    "GlobalTableWitnesses",
    "ReadOnDemandThroughputSettings",
    "ReadProvisionedThroughputSettings",
    "VectorIndexes",
    "WriteOnDemandThroughputSettings",
    "WriteProvisionedThroughputSettings",
    "GlobalSecondaryIndexes/ReadOnDemandThroughputSettings",
    "GlobalSecondaryIndexes/ReadProvisionedThroughputSettings",
    "GlobalSecondaryIndexes/WriteOnDemandThroughputSettings",
    "GlobalSecondaryIndexes/WriteProvisionedThroughputSettings",
    "Replicas/GlobalSecondaryIndexes/ContributorInsightsSpecification",
    "Replicas/GlobalSecondaryIndexes/ReadOnDemandThroughputSettings",
    "Replicas/GlobalSecondaryIndexes/ReadProvisionedThroughputSettings",
    "Replicas/GlobalTableSettingsReplicationMode",
    "Replicas/ReadOnDemandThroughputSettings",
    "Replicas/ReadProvisionedThroughputSettings",
    "Replicas/ReplicaStreamSpecification",
  ],
  create: async (properties, at) => {
    const { TableName } = properties;
    const made = await tableType.create(inRegion(properties, at.region), at);
    at.made(TableName);
    await setReplicas(properties, undefined, at);
    const { Table } = await at.ctx.call(dynamodb, "DescribeTable", { TableName });
    return { id: TableName, attributes: { ...made.attributes, TableId: Table?.TableId } };
  },
  read: async (TableName, at, properties) => {
    const found = await tableType.read?.(TableName, at, {} as TableProperties);
    const shown = await unlessMissing(at.ctx.call(dynamodb, "DescribeTable", { TableName }));
    if (found === undefined || shown?.Table === undefined) return undefined;
    const regions = [at.region, ...(shown.Table.Replicas ?? []).map(({ RegionName }) => RegionName!)];
    const known: readonly Replica[] = properties.Replicas ?? [];
    const Replicas = [...new Set(regions)].map(
      (Region) => known.find((each) => each.Region === Region) ?? { Region },
    );
    const { Tags: _tags, ...rest } = found;
    return { ...rest, Replicas, TableId: shown.Table.TableId } as Properties;
  },
  update: async (TableName, after, before, at) => {
    const changed = await tableType.update?.(
      TableName,
      inRegion(after, at.region),
      inRegion(before, at.region),
      at,
    );
    await setReplicas(after, before, at);
    return changed;
  },
  delete: async (TableName, properties, at) => {
    for (const { Region } of others(properties, at.region)) {
      const standing = await unlessMissing(settled(TableName, at));
      if (standing?.includes(Region) !== true) continue;
      await at.call(dynamodb, "UpdateTable", {
        TableName,
        ReplicaUpdates: [{ Delete: { RegionName: Region } }],
      });
      await settled(TableName, at);
    }
    await tableType.delete(TableName, {} as TableProperties, at);
  },
  ...(tableType.list === undefined ? {} : { list: tableType.list }),
});
