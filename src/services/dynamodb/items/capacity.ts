// Consumed capacity, as the caller asked to see it: not at all, in total, or
// by table and index.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ProvisionedThroughput.html

import type {
  Capacity,
  ConsumedCapacity,
  ItemCollectionMetrics,
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
} from "../../../model/generated/dynamodb.d.ts";
import type { IndexLayout, TableLayout } from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item } from "../values/attribute-value.ts";
import type { WriteUnits } from "./write.ts";

const readUnitSize = 4096;

/** Read units for so many bytes; even what is not found costs something. */
export function readUnits(size: number, consistent: boolean): number {
  const units = Math.max(1, Math.ceil(size / readUnitSize));
  return consistent ? units : units / 2;
}

/** Adds up the units of one table over an operation. */
export class CapacityMeter {
  readonly #table: TableLayout;
  readonly #kind: "read" | "write";
  #tableUnits = 0;
  readonly #indexUnits = new Map<IndexLayout, number>();

  constructor(table: TableLayout, kind: "read" | "write") {
    this.#table = table;
    this.#kind = kind;
  }

  addTable(units: number): void {
    this.#tableUnits += units;
  }

  addIndex(index: IndexLayout, units: number): void {
    this.#indexUnits.set(index, (this.#indexUnits.get(index) ?? 0) + units);
  }

  addWrite(units: WriteUnits, factor = 1): void {
    this.#tableUnits += units.table * factor;
    for (const entry of units.indexes) this.addIndex(entry.index, entry.units * factor);
  }

  /** `detailed`: with the read or write units named as such, as batches and transactions show them. */
  report(wanted: ReturnConsumedCapacity, detailed: boolean): ConsumedCapacity {
    let total = this.#tableUnits;
    for (const units of this.#indexUnits.values()) total += units;
    const summary: ConsumedCapacity = {
      TableName: this.#table.state.name,
      ...this.#capacity(total, detailed),
    };
    if (wanted !== "INDEXES") return summary;
    const local: Record<string, Capacity> = {};
    const global: Record<string, Capacity> = {};
    for (const [{ state }, units] of this.#indexUnits) {
      (state.global ? global : local)[state.name] = this.#capacity(units, detailed);
    }
    return {
      ...summary,
      Table: this.#capacity(this.#tableUnits, detailed),
      ...(isEmpty(local) ? {} : { LocalSecondaryIndexes: local }),
      ...(isEmpty(global) ? {} : { GlobalSecondaryIndexes: global }),
    };
  }

  #capacity(units: number, detailed: boolean): Capacity {
    if (!detailed) return { CapacityUnits: units };
    return this.#kind === "read"
      ? { CapacityUnits: units, ReadCapacityUnits: units }
      : { CapacityUnits: units, WriteCapacityUnits: units };
  }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

/** One meter for each table of a batch or a transaction. */
export class CapacityMeters {
  readonly #kind: "read" | "write";
  readonly #meters = new Map<string, CapacityMeter>();

  constructor(kind: "read" | "write") {
    this.#kind = kind;
  }

  of(table: TableLayout): CapacityMeter {
    const { storageId } = table.state;
    let meter = this.#meters.get(storageId);
    if (meter === undefined) {
      meter = new CapacityMeter(table, this.#kind);
      this.#meters.set(storageId, meter);
    }
    return meter;
  }

  /** The output member, absent where the caller did not ask. */
  report(
    wanted: ReturnConsumedCapacity | undefined,
    detailed: boolean,
  ): { ConsumedCapacity?: ConsumedCapacity[] } {
    if (wanted === undefined || wanted === "NONE") return {};
    return { ConsumedCapacity: [...this.#meters.values()].map((meter) => meter.report(wanted, detailed)) };
  }
}

/**
 * The item collection's metrics; only tables with local indexes have them. The
 * size is not bounded here as it is on AWS, so that the estimate is always the lowest.
 */
export function collectionMetrics(
  table: TableLayout,
  key: Item,
  wanted: ReturnItemCollectionMetrics | undefined,
): ItemCollectionMetrics | undefined {
  if (wanted !== "SIZE" || !table.indexes.some((index) => !index.state.global)) return undefined;
  const { name } = table.partition[0]!;
  return {
    ItemCollectionKey: { [name]: attribute(key, name) as AttributeValue },
    SizeEstimateRangeGB: [0, 1],
  };
}
