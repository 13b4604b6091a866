// Global tables of the first version (2017.11.29): tables that exist in several
// regions are joined by an operation of their own.

import { notImplemented } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateGlobalTableInput,
  CreateGlobalTableOutput,
  DescribeGlobalTableInput,
  DescribeGlobalTableOutput,
  DescribeGlobalTableSettingsInput,
  DescribeGlobalTableSettingsOutput,
  GlobalTableDescription,
  ListGlobalTablesInput,
  ListGlobalTablesOutput,
  ReplicaSettingsDescription,
  UpdateGlobalTableInput,
  UpdateGlobalTableOutput,
  UpdateGlobalTableSettingsInput,
  UpdateGlobalTableSettingsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { keyElements } from "../tables/description.ts";
import { layoutOf } from "../tables/layout.ts";
import { Table, type TableState } from "../tables/table.ts";
import type { Member } from "./group.ts";

interface GlobalTableState {
  readonly name: string;
  readonly regions: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const GlobalTable = defineResource<GlobalTableState>()({
  service: "dynamodb",
  type: "global-table",
  scope: "account",
  key: (table) => [table.name],
  arn: (table, at) => `arn:aws:dynamodb::${at.account}:global-table/${table.name}`,
  named: (input, at) =>
    typeof input.GlobalTableName === "string"
      ? `arn:aws:dynamodb::${at.account}:global-table/${input.GlobalTableName}`
      : undefined,
});

const version = "2017.11.29";
const longestPage = 100;

export async function createGlobalTable(
  { GlobalTableName: name, ReplicationGroup: group }: Readonly<CreateGlobalTableInput>,
  tx: Transaction,
): Promise<CreateGlobalTableOutput> {
  if ((await tx.get(GlobalTable, name)) !== undefined) {
    throw dynamodbFault(
      "GlobalTableAlreadyExistsException",
      `Global table with name: '${name}' already exists`,
    );
  }
  const regions = group.map(({ RegionName }) => RegionName ?? "");
  if (regions.length === 0 || new Set(regions).size !== regions.length) {
    throw validation(
      "One or more parameter values were invalid: ReplicationGroup must name distinct regions",
    );
  }
  const state: GlobalTableState = { name, regions, createdAt: tx.now };
  await join(state, tx);
  tx.put(GlobalTable, state);
  return { GlobalTableDescription: describe(state, tx) };
}

/** Makes the tables of the regions members of each other; they must be alike, empty, and tell their changes. */
async function join({ name, regions }: GlobalTableState, tx: Transaction): Promise<void> {
  const members: Member[] = [];
  for (const region of regions) {
    const there = tx.at({ region });
    const table = await there.get(Table, name);
    if (table === undefined) {
      throw dynamodbFault("TableNotFoundException", `Table not found: ${name} in region ${region}`);
    }
    members.push({ table, tx: there });
  }
  const [first] = members;
  for (const { table, tx: there } of members) {
    if (table.replicas === undefined) await requireJoinable(table, first!.table, there);
    const replicas = regions
      .filter((region) => region !== there.region)
      .map((region) => table.replicas?.find((replica) => replica.region === region) ?? { region });
    there.put(Table, {
      ...table,
      replicas: replicas.length === 0 ? undefined : replicas,
      globalTableVersion: version,
    });
  }
}

async function requireJoinable(table: TableState, model: TableState, tx: Transaction): Promise<void> {
  const where = `Table '${table.name}' in region ${tx.region}`;
  if (table.stream?.enabled !== true || table.stream.viewType !== "NEW_AND_OLD_IMAGES") {
    throw validation(`${where} must have streams enabled with NEW_AND_OLD_IMAGES`);
  }
  if (JSON.stringify(keyElements(table.key)) !== JSON.stringify(keyElements(model.key))) {
    throw validation(`${where} does not have the same key schema as the other replicas`);
  }
  if ((await tx.raw.count(layoutOf(table, tx).countKey)) > 0) {
    throw validation(`${where} must be empty to become a replica`);
  }
}

function describe({ name, regions, createdAt }: GlobalTableState, tx: Transaction): GlobalTableDescription {
  return {
    ReplicationGroup: regions.map((RegionName) => ({ RegionName, ReplicaStatus: "ACTIVE" })),
    GlobalTableArn: `arn:aws:dynamodb::${tx.account}:global-table/${name}`,
    CreationDateTime: createdAt,
    GlobalTableStatus: "ACTIVE",
    GlobalTableName: name,
  };
}

async function existing(tx: Transaction, name: string): Promise<GlobalTableState> {
  const state = await tx.get(GlobalTable, name);
  if (state === undefined) {
    throw dynamodbFault(
      "GlobalTableNotFoundException",
      `Global table not found: Global table with name: '${name}' does not exist.`,
    );
  }
  return state;
}

export async function describeGlobalTable(
  input: Readonly<DescribeGlobalTableInput>,
  tx: Transaction,
): Promise<DescribeGlobalTableOutput> {
  return { GlobalTableDescription: describe(await existing(tx, input.GlobalTableName), tx) };
}

export async function listGlobalTables(
  input: Readonly<ListGlobalTablesInput>,
  tx: Transaction,
): Promise<ListGlobalTablesOutput> {
  const { ExclusiveStartGlobalTableName: start, Limit: limit = longestPage, RegionName: region } = input;
  const all = (await tx.all(GlobalTable)).filter(
    ({ name, regions }) =>
      (start === undefined || name > start) && (region === undefined || regions.includes(region)),
  );
  const shown = all.slice(0, limit);
  const last = shown.at(-1);
  return {
    GlobalTables: shown.map(({ name, regions }) => ({
      GlobalTableName: name,
      ReplicationGroup: regions.map((RegionName) => ({ RegionName })),
    })),
    ...(all.length > limit && last !== undefined ? { LastEvaluatedGlobalTableName: last.name } : undefined),
  };
}

export async function updateGlobalTable(
  { GlobalTableName: name, ReplicaUpdates: updates }: Readonly<UpdateGlobalTableInput>,
  tx: Transaction,
): Promise<UpdateGlobalTableOutput> {
  const old = await existing(tx, name);
  let regions = old.regions;
  for (const { Create: create, Delete: remove } of updates) {
    if (create !== undefined) {
      if (regions.includes(create.RegionName)) {
        throw dynamodbFault(
          "ReplicaAlreadyExistsException",
          `Replica already exists in region ${create.RegionName} for global table '${name}'`,
        );
      }
      regions = [...regions, create.RegionName];
    }
    if (remove !== undefined) {
      if (!regions.includes(remove.RegionName)) {
        throw dynamodbFault(
          "ReplicaNotFoundException",
          `Replica not found in region ${remove.RegionName} for global table '${name}'`,
        );
      }
      regions = regions.filter((region) => region !== remove.RegionName);
      await leave(name, tx.at({ region: remove.RegionName }));
    }
  }
  const state = { ...old, regions };
  await join(state, tx);
  tx.put(GlobalTable, state);
  return { GlobalTableDescription: describe(state, tx) };
}

/** The region's table goes on by itself. */
async function leave(name: string, there: Transaction): Promise<void> {
  const table = await there.get(Table, name);
  if (table !== undefined) {
    there.put(Table, { ...table, replicas: undefined, globalTableVersion: undefined });
  }
}

export async function describeGlobalTableSettings(
  { GlobalTableName: name }: Readonly<DescribeGlobalTableSettingsInput>,
  tx: Transaction,
): Promise<DescribeGlobalTableSettingsOutput> {
  const { regions } = await existing(tx, name);
  const settings: ReplicaSettingsDescription[] = [];
  for (const region of regions) {
    const table = await tx.at({ region }).get(Table, name);
    if (table !== undefined) settings.push(replicaSettings(region, table));
  }
  return { GlobalTableName: name, ReplicaSettings: settings };
}

function replicaSettings(region: string, table: TableState): ReplicaSettingsDescription {
  const global = table.indexes.filter((index) => index.global);
  return {
    RegionName: region,
    ReplicaStatus: "ACTIVE",
    ...(table.billing === "PAY_PER_REQUEST"
      ? { ReplicaBillingModeSummary: { BillingMode: table.billing } }
      : undefined),
    ReplicaProvisionedReadCapacityUnits: table.throughput.read,
    ReplicaProvisionedWriteCapacityUnits: table.throughput.write,
    ...(global.length === 0
      ? undefined
      : {
          ReplicaGlobalSecondaryIndexSettings: global.map((index) => ({
            IndexName: index.name,
            IndexStatus: index.status,
            ProvisionedReadCapacityUnits: index.throughput?.read ?? 0,
            ProvisionedWriteCapacityUnits: index.throughput?.write ?? 0,
          })),
        }),
  };
}

const scaling = [
  "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
  "GlobalTableGlobalSecondaryIndexSettingsUpdate",
] as const;

export async function updateGlobalTableSettings(
  input: Readonly<UpdateGlobalTableSettingsInput>,
  tx: Transaction,
): Promise<UpdateGlobalTableSettingsOutput> {
  for (const parameter of scaling) {
    if (input[parameter] !== undefined) {
      throw notImplemented("dynamodb", `UpdateGlobalTableSettings with ${parameter}`);
    }
  }
  const { regions, name } = await existing(tx, input.GlobalTableName);
  for (const region of regions) {
    const there = tx.at({ region });
    const table = await there.get(Table, name);
    if (table !== undefined) there.put(Table, withSettings(table, input, region));
  }
  return describeGlobalTableSettings({ GlobalTableName: name }, tx);
}

function withSettings(
  table: TableState,
  input: Readonly<UpdateGlobalTableSettingsInput>,
  region: string,
): TableState {
  const own = input.ReplicaSettingsUpdate?.find((update) => update.RegionName === region);
  if (
    own?.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate !== undefined ||
    own?.ReplicaGlobalSecondaryIndexSettingsUpdate !== undefined
  ) {
    throw notImplemented("dynamodb", "UpdateGlobalTableSettings with settings of auto scaling or indexes");
  }
  const billing = input.GlobalTableBillingMode ?? table.billing;
  const { read, write } = table.throughput;
  return {
    ...table,
    billing,
    throughput:
      billing === "PAY_PER_REQUEST"
        ? { read: 0, write: 0 }
        : {
            ...table.throughput,
            read: own?.ReplicaProvisionedReadCapacityUnits ?? read,
            write: input.GlobalTableProvisionedWriteCapacityUnits ?? write,
          },
    tableClass: own?.ReplicaTableClass ?? table.tableClass,
  };
}
