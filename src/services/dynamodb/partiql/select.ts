// SELECT: a page of what a WHERE clause means. Tests on keys narrow what is
// read; the whole clause is then tested on every item, so that how much was
// narrowed changes the cost and never the answer.

import type { Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Expression, Path, Select } from "../../../lang/partiql/index.ts";
import type { KeyCondition, Projection } from "../expressions/expressions.ts";
import { valueAt } from "../expressions/path.ts";
import { validation } from "../faults.ts";
import { queryRange, successor } from "../items/key-range.ts";
import { readPage } from "../items/page.ts";
import { afterStart, keyOf } from "../items/start-key.ts";
import type { Stored } from "../items/stored.ts";
import { fetchItems, indexOf } from "../operations/query-scan.ts";
import { selectionOf } from "../operations/select.ts";
import type { IndexLayout, Order, TableLayout } from "../tables/layout.ts";
import { type AttributeValue, type Item, setAttribute } from "../values/attribute-value.ts";
import { conjuncts, keyTest, whereCondition } from "./condition.ts";

/** Where a page ended: which of the partitions, and behind what in it. */
export interface Position {
  readonly range: number;
  readonly key?: Item | undefined;
}

export interface SelectOptions {
  readonly limit: number;
  readonly consistent: boolean | undefined;
  readonly from: Position | undefined;
}

export interface SelectPage {
  readonly index: IndexLayout | undefined;
  readonly items: readonly Item[];
  /** Bytes of all items that were looked at. */
  readonly size: number;
  /** What a local index does not hold was read from the table. */
  readonly fetched: readonly Stored[];
  readonly next: Position | undefined;
}

const largestPage = 1024 * 1024;
const mostPartitions = 50;

type Parameters = readonly AttributeValue[];

export async function selectPage(
  tx: Transaction,
  table: TableLayout,
  select: Select,
  parameters: Parameters,
  options: SelectOptions,
): Promise<SelectPage> {
  const index = selectedIndex(table, select, options);
  const order = index ?? table;
  const condition = select.where === undefined ? undefined : whereCondition(select.where, parameters);
  const { ranges, byPartition } = rangesOf(order, select.where, parameters);
  const reverse = directionOf(order, select, byPartition);
  const projection = columnsProjection(select.columns);
  const { fetch } = selectionOf(
    select.columns === undefined ? defaultSelect(index) : undefined,
    index,
    projection,
  );
  const found: Stored[] = [];
  const fetched: Stored[] = [];
  let size = 0;
  let scanned = 0;
  let next: Position | undefined;
  for (let at = options.from?.range ?? 0; at < ranges.length && next === undefined; at += 1) {
    const key = at === options.from?.range ? options.from.key : undefined;
    const range = afterStart(table, index, ranges[at]!, key, reverse, badToken);
    const filter = fetch ? undefined : condition?.test;
    const page = await readPage(tx, range, { limit: options.limit - scanned, reverse, filter });
    scanned += page.scanned;
    size += page.size;
    if (fetch) {
      const whole = await fetchItems(tx, table, page.items);
      fetched.push(...whole);
      found.push(...whole.filter((stored) => condition?.test(stored.item) !== false));
    } else found.push(...page.items);
    if (page.last !== undefined) next = { range: at, key: keyOf(table, index, page.last.item) };
    else if (at + 1 < ranges.length && (size >= largestPage || scanned >= options.limit)) {
      next = { range: at + 1 };
    }
  }
  const items = found.map((stored) => show(stored, select.columns));
  return { index, items, size, fetched, next };
}

/** As `indexOf`, in the words of statements. */
export function selectedIndex(
  table: TableLayout,
  { from }: Select,
  { consistent }: Pick<SelectOptions, "consistent">,
): IndexLayout | undefined {
  const index = table.indexes.find((candidate) => candidate.state.name === from.index);
  if (index !== undefined && (index.partition.length > 1 || index.sort.length > 1)) {
    throw validation(
      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.",
    );
  }
  if (from.index !== undefined && index === undefined) {
    throw validation("The table does not have the specified index");
  }
  if (index?.state.global === true && consistent === true) {
    throw validation("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  return indexOf(table, { IndexName: from.index, ConsistentRead: consistent });
}

const invalidToken = () => validation("Invalid NextToken");
const badToken = { mismatch: invalidToken, outside: invalidToken };

/** `*` on an index shows what the index holds. */
function defaultSelect(index: IndexLayout | undefined): "ALL_PROJECTED_ATTRIBUTES" | undefined {
  return index === undefined ? undefined : "ALL_PROJECTED_ATTRIBUTES";
}

function columnsProjection(columns: readonly Path[] | undefined): Projection | undefined {
  if (columns === undefined) return undefined;
  return { attributes: [...new Set(columns.map((path) => path[0] as string))], project: (item) => item };
}

export function show(stored: Stored, columns: readonly Path[] | undefined): Item {
  if (columns === undefined) return stored.output;
  const shown: Record<string, AttributeValue> = {};
  for (const path of columns) {
    const value = valueAt(stored.item, path);
    if (value !== undefined) setAttribute(shown, columnName(path), value);
  }
  return shown;
}

/** A path from its last name on: `b[0]` for `a.b[0]`. */
function columnName(path: Path): string {
  const from = path.findLastIndex((step) => typeof step === "string");
  return path
    .slice(from)
    .reduce<string>((name, step) => name + (typeof step === "string" ? step : `[${step}]`), "");
}

interface Ranges {
  readonly ranges: readonly Range[];
  /** The partition key is fixed. */
  readonly byPartition: boolean;
}

function rangesOf(order: Order, where: Expression | undefined, parameters: Parameters): Ranges {
  const tests = conjuncts(where).flatMap((conjunct) => keyTest(conjunct, parameters) ?? []);
  let conditions: KeyCondition["tests"][number][][] = [[]];
  for (const { name, type } of order.partition) {
    const test = tests.find(
      ({ attribute, operator }) => attribute === name && (operator === "=" || operator === "IN"),
    );
    if (test === undefined) return wholeOrder(order);
    const values = distinct(test.values).filter(
      (value) => test.operator === "=" || value[type] !== undefined,
    );
    conditions = conditions.flatMap((before) =>
      values.map((value) => [...before, { attribute: name, operator: "=" as const, values: [value] }]),
    );
    if (conditions.length > mostPartitions) {
      throw validation(`IN operator on the hash key supports at most ${mostPartitions} values`);
    }
  }
  const sort = sortTests(order, tests);
  return {
    byPartition: true,
    ranges: conditions.map((partition) => queryRange(order, { tests: [...partition, ...sort] })),
  };
}

/** Equality on the first sort keys, then at most one range. */
function sortTests(
  order: Order,
  tests: readonly NonNullable<ReturnType<typeof keyTest>>[],
): KeyCondition["tests"] {
  const chosen: KeyCondition["tests"][number][] = [];
  for (const { name, type } of order.sort) {
    const own = tests.filter(
      (test) =>
        test.attribute === name && test.values.every((value) => value[type] !== undefined && value.S !== ""),
    );
    const test =
      own.find(({ operator }) => operator === "=") ?? own.find(({ operator }) => operator !== "IN");
    if (test === undefined || test.operator === "IN") break;
    chosen.push({ ...test, operator: test.operator });
    if (test.operator !== "=") break;
  }
  return chosen;
}

function distinct(values: readonly AttributeValue[]): readonly AttributeValue[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value);
    return !seen.has(text) && seen.add(text);
  });
}

function wholeOrder(order: Order): Ranges {
  return { byPartition: false, ranges: [{ start: order.prefix, end: successor(order.prefix) }] };
}

/** Whether to read backwards. */
function directionOf(order: Order, { where, order: by }: Select, byPartition: boolean): boolean {
  if (by.length === 0) return false;
  if (where === undefined) {
    throw validation("Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  if (!byPartition) {
    throw validation(
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    );
  }
  const keys = [...order.partition, ...order.sort].map(({ name }) => name);
  for (const { path } of by) {
    if (path.length > 1 || !keys.includes(path[0] as string)) {
      throw validation(`Variable reference ${path[0]} in ORDER BY clause must be part of the primary key`);
    }
  }
  const sort = by.find(({ path }) => order.sort.some(({ name }) => name === path[0]));
  return sort?.descending ?? false;
}
