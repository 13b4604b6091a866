// Checks a table's definition as CreateTable and UpdateTable receive it, with
// AWS's faults, and turns it into the stored form.

import type {
  AttributeDefinition,
  CreateTableInput,
  KeySchemaElement,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  WarmThroughput,
} from "../../../model/generated/dynamodb.d.ts";
import { invalidParameter, validation } from "../faults.ts";
import type {
  IndexState,
  KeySchema,
  KeyType,
  OnDemandLimits,
  Projected,
  TableState,
  Throughput,
  WarmThroughputState,
} from "./table.ts";

const localIndexLimit = 5;
const globalIndexLimit = 20;
const projectedAttributeLimit = 100;
const keyAttributesOfAKind = 4;

type Attributes = Readonly<Record<string, KeyType>>;

/** An index as both operations describe it. */
export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: Projection;
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
  readonly OnDemandThroughput?: OnDemandThroughput | undefined;
  readonly WarmThroughput?: WarmThroughput | undefined;
}

type Definition = Pick<
  CreateTableInput,
  | "AttributeDefinitions"
  | "KeySchema"
  | "LocalSecondaryIndexes"
  | "GlobalSecondaryIndexes"
  | "BillingMode"
  | "ProvisionedThroughput"
>;

export type CheckedDefinition = Pick<TableState, "attributes" | "key" | "indexes" | "billing" | "throughput">;

/** `newId` names what the indexes' entries are stored under. */
export function checkDefinition(input: Definition, newId: () => string): CheckedDefinition {
  requireMember(input.KeySchema, "keySchema");
  requireMember(input.AttributeDefinitions, "attributeDefinitions");
  const attributes = attributeTypes(input.AttributeDefinitions);
  const key = tableKey(input.KeySchema, attributes);
  const billing = input.BillingMode ?? "PROVISIONED";
  const throughput = tableThroughput(billing, input.ProvisionedThroughput);
  const local = input.LocalSecondaryIndexes ?? [];
  const global = input.GlobalSecondaryIndexes ?? [];
  checkIndexCounts(input.LocalSecondaryIndexes, input.GlobalSecondaryIndexes, key);
  const indexes = [
    ...local.map((index) => localIndex(index, key, attributes, newId())),
    ...global.map((index) => globalIndex(index, attributes, billing, newId())),
  ];
  checkTogether(indexes);
  refuseUnusedAttributes(attributes, key, indexes);
  return { attributes, key, indexes, billing, throughput };
}

function requireMember<T>(value: T | undefined, name: string): asserts value is T {
  if (value !== undefined) return;
  throw validation(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

export function attributeTypes(definitions: readonly AttributeDefinition[]): Attributes {
  const types: Record<string, KeyType> = {};
  for (const { AttributeName, AttributeType } of definitions) {
    if (Object.hasOwn(types, AttributeName)) {
      throw invalidParameter(`Cannot have two attributes with the same name`);
    }
    types[AttributeName] = AttributeType;
  }
  return types;
}

function tableKey(schema: readonly KeySchemaElement[], attributes: Attributes): KeySchema {
  if (schema.length > 2) {
    const shown = schema.map(
      ({ AttributeName, KeyType }) => `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
    );
    throw validation(
      `1 validation error detected: Value '[${shown.join(", ")}]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2`,
    );
  }
  return keySchema(schema, attributes, 1);
}

/** HASH elements first, then RANGE elements; `most` of each. */
function keySchema(schema: readonly KeySchemaElement[], attributes: Attributes, most: number): KeySchema {
  const partition: string[] = [];
  const sort: string[] = [];
  for (const { AttributeName, KeyType } of schema) {
    if (KeyType === "HASH" && sort.length === 0 && partition.length < most) partition.push(AttributeName);
    else if (KeyType === "RANGE" && partition.length > 0 && sort.length < most) sort.push(AttributeName);
    else if (partition.length === 0) {
      throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    } else throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  const names = [...partition, ...sort];
  if (new Set(names).size !== names.length) {
    throw validation(
      "Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the same name",
    );
  }
  const missing = names.filter((name) => !Object.hasOwn(attributes, name));
  if (missing.length > 0) {
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(", ")}], AttributeDefinitions: [${Object.keys(attributes).join(", ")}]`,
    );
  }
  return { partition, sort };
}

function tableThroughput(billing: string, given: ProvisionedThroughput | undefined): Throughput {
  if (billing === "PAY_PER_REQUEST") {
    if (given !== undefined) {
      throw invalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    }
    return { read: 0, write: 0 };
  }
  if (given === undefined) {
    throw invalidParameter(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  }
  return { read: given.ReadCapacityUnits, write: given.WriteCapacityUnits };
}

function checkIndexCounts(
  local: CreateTableInput["LocalSecondaryIndexes"],
  global: CreateTableInput["GlobalSecondaryIndexes"],
  key: KeySchema,
): void {
  if (local !== undefined) {
    if (key.sort.length === 0) {
      throw invalidParameter(
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
      );
    }
    if (local.length === 0) throw invalidParameter("List of LocalSecondaryIndexes is empty");
    if (local.length > localIndexLimit) {
      throw invalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
  }
  if (global !== undefined) {
    if (global.length === 0) throw invalidParameter("List of GlobalSecondaryIndexes is empty");
    if (global.length > globalIndexLimit) {
      throw invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
  }
}

export function localIndex(
  given: IndexDefinition,
  table: KeySchema,
  attributes: Attributes,
  id: string,
): IndexState {
  const key = keySchema(given.KeySchema, attributes, 1);
  if (key.partition[0] !== table.partition[0]) {
    throw invalidParameter(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${given.IndexName}. ` +
        `index hash key: ${key.partition[0]}, table hash key: ${table.partition[0]}`,
    );
  }
  if (key.sort.length === 0) {
    throw invalidParameter(`Index KeySchema does not have a range key for index: ${given.IndexName}`);
  }
  return {
    name: given.IndexName,
    id,
    global: false,
    key,
    projection: projected(given.Projection),
    status: "ACTIVE",
  };
}

export function globalIndex(
  given: IndexDefinition,
  attributes: Attributes,
  billing: TableState["billing"],
  id: string,
): IndexState {
  const { ProvisionedThroughput: throughput } = given;
  if (billing === "PROVISIONED" && throughput === undefined) {
    throw invalidParameter(`ProvisionedThroughput is not specified for index: ${given.IndexName}`);
  }
  if (billing === "PAY_PER_REQUEST" && throughput !== undefined) {
    throw invalidParameter(
      `ProvisionedThroughput should not be specified for index: ${given.IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  const provisioned =
    throughput === undefined
      ? { read: 0, write: 0 }
      : { read: throughput.ReadCapacityUnits, write: throughput.WriteCapacityUnits };
  return {
    name: given.IndexName,
    id,
    global: true,
    key: keySchema(given.KeySchema, attributes, keyAttributesOfAKind),
    projection: projected(given.Projection),
    status: "ACTIVE",
    throughput: provisioned,
    warm:
      given.WarmThroughput === undefined
        ? undefined
        : warmThroughput(given.WarmThroughput, { billing, throughput: provisioned }, "index"),
    onDemand: onDemandLimits(given.OnDemandThroughput),
  };
}

function projected({ ProjectionType: type, NonKeyAttributes: attributes }: Projection): Projected {
  if (type === undefined) throw invalidParameter("Unknown ProjectionType: null");
  if (type === "INCLUDE") {
    if (attributes === undefined || attributes.length === 0) {
      throw invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    return { type, attributes };
  }
  if (attributes !== undefined) {
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  return { type, attributes: [] };
}

/** -1 takes a limit away. */
export function onDemandLimits(given: OnDemandThroughput | undefined): OnDemandLimits | undefined {
  if (given === undefined) return undefined;
  const { MaxReadRequestUnits: read = -1, MaxWriteRequestUnits: write = -1 } = given;
  if (read === -1 && write === -1) return undefined;
  return { ...(read === -1 ? undefined : { read }), ...(write === -1 ? undefined : { write }) };
}

/** What a new on-demand table or index can serve at once, by AWS's documentation. */
export const onDemandWarmth: WarmThroughputState = { read: 12_000, write: 4_000 };

type Warmed = Pick<TableState, "billing"> & {
  readonly throughput?: Throughput | undefined;
  readonly warm?: WarmThroughputState | undefined;
};

/** The present values; a provisioned table's follow what is provisioned. */
export function warmthOf({ billing, throughput, warm }: Warmed): WarmThroughputState {
  const least = billing === "PAY_PER_REQUEST" ? onDemandWarmth : (throughput ?? { read: 0, write: 0 });
  if (warm === undefined) return { read: least.read, write: least.write };
  return { read: Math.max(least.read, warm.read), write: Math.max(least.write, warm.write) };
}

/** `what`: the table or an index. Warm throughput never sinks. */
export function warmThroughput(
  { ReadUnitsPerSecond, WriteUnitsPerSecond }: WarmThroughput,
  present: Warmed,
  what: "table" | "index",
): WarmThroughputState {
  const now = warmthOf(present);
  const { read, write } = {
    read: ReadUnitsPerSecond ?? now.read,
    write: WriteUnitsPerSecond ?? now.write,
  };
  for (const [name, asked, has] of [
    ["ReadUnitsPerSecond", read, now.read],
    ["WriteUnitsPerSecond", write, now.write],
  ] as const) {
    if (asked < has) {
      throw invalidParameter(
        `Requested ${name} for WarmThroughput for ${what} is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
      );
    }
  }
  return { read, write };
}

/** What must hold of all indexes of a table together. */
export function checkTogether(indexes: readonly IndexState[]): void {
  const names = new Set<string>();
  for (const { name } of indexes) {
    if (names.has(name)) throw invalidParameter(`Duplicate index name: ${name}`);
    names.add(name);
  }
  const count = indexes.reduce((sum, index) => sum + index.projection.attributes.length, 0);
  if (count > projectedAttributeLimit) {
    throw invalidParameter("The sum of NonKeyAttributes over all secondary indexes exceeds the limit of 100");
  }
}

export function keyAttributesOf(key: KeySchema, indexes: readonly IndexState[]): Set<string> {
  return new Set(
    [key, ...indexes.map((index) => index.key)].flatMap(({ partition, sort }) => [...partition, ...sort]),
  );
}

function refuseUnusedAttributes(
  attributes: Attributes,
  key: KeySchema,
  indexes: readonly IndexState[],
): void {
  const used = keyAttributesOf(key, indexes);
  const names = Object.keys(attributes);
  if (names.every((name) => used.has(name))) return;
  throw invalidParameter(
    indexes.length === 0
      ? "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
      : `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(", ")}], keys used: [${[...used].join(", ")}]`,
  );
}
