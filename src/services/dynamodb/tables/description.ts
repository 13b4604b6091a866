// A table as DescribeTable and its kin show it.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughputDescription,
  ReplicaDescription,
  SourceTableFeatureDetails,
  TableDescription,
  TableStatus,
} from "../../../model/generated/dynamodb.d.ts";
import { warmthOf } from "./definition.ts";
import { type IndexLayout, layoutOf, type Order } from "./layout.ts";
import { tableArn } from "./name.ts";
import {
  type IndexState,
  type KeySchema,
  type OnDemandLimits,
  type Projected,
  type ReplicaState,
  Table,
  type TableState,
  type Throughput,
} from "./table.ts";

/** `tx` looks at the table's own account. */
export async function describeTable(table: TableState, tx: Transaction): Promise<TableDescription> {
  const layout = layoutOf(table, tx);
  const arn = tableArn(table, tx);
  const [counted, ...indexCounts] = await countAll([layout, ...layout.indexes], tx);
  const local: LocalSecondaryIndexDescription[] = [];
  const global: GlobalSecondaryIndexDescription[] = [];
  for (const [at, index] of layout.indexes.entries()) {
    if (index.state.global) global.push(describeGlobal(table, index, arn, indexCounts[at]!));
    else local.push(describeIndex(index, arn, indexCounts[at]!));
  }
  return {
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: keyElements(table.key),
    TableStatus: tableStatus(table),
    CreationDateTime: table.createdAt,
    ProvisionedThroughput: throughputDescription(table.throughput),
    TableSizeBytes: counted!.bytes,
    ItemCount: counted!.items,
    TableArn: arn,
    TableId: table.id,
    ...billing(table),
    ...(local.length === 0 ? undefined : { LocalSecondaryIndexes: local }),
    ...(global.length === 0 ? undefined : { GlobalSecondaryIndexes: global }),
    ...(table.kmsKey === undefined
      ? undefined
      : { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: table.kmsKey } }),
    ...(table.tableClass === undefined
      ? undefined
      : {
          TableClassSummary: {
            TableClass: table.tableClass,
            LastUpdateDateTime: table.tableClassChangedAt,
          },
        }),
    DeletionProtectionEnabled: table.deletionProtected,
    ...streamDescription(table),
    ...restoreSummary(table),
    ...(await replicaSummary(table, tx)),
    ...(table.onDemand === undefined
      ? undefined
      : { OnDemandThroughput: onDemandThroughput(table.onDemand) }),
    WarmThroughput: { ...warmth(table), Status: "ACTIVE" },
  };
}

interface Counts {
  readonly items: number;
  readonly bytes: number;
}

/** All are asked for before the first is awaited: writes beside it then cannot get in between and make it start over. */
function countAll(orders: readonly Order[], tx: Transaction): Promise<Counts[]> {
  const asked = orders.map(
    ({ countKey, sizeKey }) => [tx.raw.count(countKey), tx.raw.count(sizeKey)] as const,
  );
  return Promise.all(asked.map(async ([items, bytes]) => ({ items: await items, bytes: await bytes })));
}

function tableStatus(table: TableState): TableStatus {
  if (table.creating === true) return "CREATING";
  return table.indexes.some((index) => index.status !== "ACTIVE") ? "UPDATING" : "ACTIVE";
}

/** The members in the other regions; those of the first version are shown by DescribeGlobalTable only. */
async function replicaSummary(
  { name, replicas, globalTableVersion }: TableState,
  tx: Transaction,
): Promise<Partial<TableDescription> | undefined> {
  if (replicas === undefined) return undefined;
  if (globalTableVersion === "2017.11.29") return { GlobalTableVersion: globalTableVersion };
  const descriptions: ReplicaDescription[] = [];
  for (const replica of replicas) {
    const there = await tx.at({ region: replica.region }).get(Table, name);
    descriptions.push(describeReplica(replica, there));
  }
  return { GlobalTableVersion: "2019.11.21", Replicas: descriptions };
}

function describeReplica(replica: ReplicaState, table: TableState | undefined): ReplicaDescription {
  const { region, kmsKey, readCapacity, tableClass, indexReadCapacity } = replica;
  return {
    RegionName: region,
    ReplicaStatus: table?.creating === true ? "CREATING" : "ACTIVE",
    ...(kmsKey === undefined ? undefined : { KMSMasterKeyId: kmsKey }),
    ...(readCapacity === undefined
      ? undefined
      : { ProvisionedThroughputOverride: { ReadCapacityUnits: readCapacity } }),
    ...(indexReadCapacity === undefined
      ? undefined
      : {
          GlobalSecondaryIndexes: Object.entries(indexReadCapacity).map(([IndexName, ReadCapacityUnits]) => ({
            IndexName,
            ProvisionedThroughputOverride: { ReadCapacityUnits },
          })),
        }),
    ReplicaTableClassSummary: { TableClass: tableClass ?? table?.tableClass ?? "STANDARD" },
  };
}

function restoreSummary({ restoration }: TableState): Partial<TableDescription> | undefined {
  if (restoration === undefined) return undefined;
  const { backupArn, tableArn: sourceArn, at, inProgress } = restoration;
  return {
    RestoreSummary: {
      ...(backupArn === undefined ? undefined : { SourceBackupArn: backupArn }),
      SourceTableArn: sourceArn,
      RestoreDateTime: at,
      RestoreInProgress: inProgress,
    },
  };
}

/** What a backup tells of the table's indexes and settings. */
export function sourceFeatures(table: TableState): SourceTableFeatureDetails {
  const info = ({ name, key, projection }: IndexState) => ({
    IndexName: name,
    KeySchema: keyElements(key),
    Projection: projectionOf(projection),
  });
  const local = table.indexes.filter((index) => !index.global);
  const global = table.indexes.filter((index) => index.global);
  const { stream, timeToLive } = table;
  return {
    ...(local.length === 0 ? undefined : { LocalSecondaryIndexes: local.map(info) }),
    ...(global.length === 0
      ? undefined
      : {
          GlobalSecondaryIndexes: global.map((index) => ({
            ...info(index),
            ProvisionedThroughput: {
              ReadCapacityUnits: index.throughput?.read ?? 0,
              WriteCapacityUnits: index.throughput?.write ?? 0,
            },
          })),
        }),
    ...(stream?.enabled === true
      ? { StreamDescription: { StreamEnabled: true, StreamViewType: stream.viewType } }
      : undefined),
    TimeToLiveDescription:
      timeToLive === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: timeToLive.status, AttributeName: timeToLive.attribute },
    ...(table.kmsKey === undefined
      ? undefined
      : { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: table.kmsKey } }),
  };
}

function projectionOf({ type, attributes }: Projected): Projection {
  return {
    ProjectionType: type,
    ...(type === "INCLUDE" ? { NonKeyAttributes: attributes } : undefined),
  };
}

/** The last stream is named even when it is disabled. */
function streamDescription({ stream }: TableState): Partial<TableDescription> | undefined {
  if (stream === undefined) return undefined;
  return {
    ...(stream.enabled
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }
      : undefined),
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
  };
}

function billing(table: TableState): Partial<TableDescription> | undefined {
  if (table.billing === "PROVISIONED" && table.onDemandSince === undefined) return undefined;
  return {
    BillingModeSummary: {
      BillingMode: table.billing,
      ...(table.onDemandSince === undefined
        ? undefined
        : { LastUpdateToPayPerRequestDateTime: table.onDemandSince }),
    },
  };
}

function describeIndex(index: IndexLayout, arn: string, counts: Counts): LocalSecondaryIndexDescription {
  const { name, key, projection } = index.state;
  return {
    IndexName: name,
    KeySchema: keyElements(key),
    Projection: projectionOf(projection),
    IndexSizeBytes: counts.bytes,
    ItemCount: counts.items,
    IndexArn: `${arn}/index/${name}`,
  };
}

function describeGlobal(
  table: TableState,
  index: IndexLayout,
  arn: string,
  counts: Counts,
): GlobalSecondaryIndexDescription {
  const { status, throughput = { read: 0, write: 0 }, onDemand } = index.state;
  return {
    ...describeIndex(index, arn, counts),
    IndexStatus: status,
    ...(status === "CREATING" ? { Backfilling: true } : undefined),
    ProvisionedThroughput: throughputDescription(throughput),
    ...(onDemand === undefined ? undefined : { OnDemandThroughput: onDemandThroughput(onDemand) }),
    WarmThroughput: {
      ...warmth({ billing: table.billing, throughput, warm: index.state.warm }),
      Status: status,
    },
  };
}

function warmth(warmed: Parameters<typeof warmthOf>[0]): {
  ReadUnitsPerSecond: number;
  WriteUnitsPerSecond: number;
} {
  const { read, write } = warmthOf(warmed);
  return { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write };
}

export function keyElements({ partition, sort }: KeySchema): KeySchemaElement[] {
  return [
    ...partition.map((AttributeName) => ({ AttributeName, KeyType: "HASH" as const })),
    ...sort.map((AttributeName) => ({ AttributeName, KeyType: "RANGE" as const })),
  ];
}

function throughputDescription(throughput: Throughput): ProvisionedThroughputDescription {
  return {
    ...(throughput.increasedAt === undefined ? undefined : { LastIncreaseDateTime: throughput.increasedAt }),
    ...(throughput.decreasedAt === undefined ? undefined : { LastDecreaseDateTime: throughput.decreasedAt }),
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput.read,
    WriteCapacityUnits: throughput.write,
  };
}

function onDemandThroughput({ read = -1, write = -1 }: OnDemandLimits): OnDemandThroughput {
  return { MaxReadRequestUnits: read, MaxWriteRequestUnits: write };
}
