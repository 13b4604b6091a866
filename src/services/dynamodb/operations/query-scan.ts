// Query and Scan: a page of a table or of one of its indexes.

import { assert } from "../../../core/fault.ts";
import type { Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { QueryInput, QueryOutput, ScanInput, ScanOutput } from "../../../model/generated/dynamodb.d.ts";
import {
  Expressions,
  type ItemCondition,
  type KeyCondition,
  type Projection,
} from "../expressions/expressions.ts";
import { legacyFilter, legacyKeyCondition, legacyProjection } from "../expressions/legacy.ts";
import { validation } from "../faults.ts";
import { CapacityMeter, readUnits } from "../items/capacity.ts";
import { queryRange, segmentRange, successor } from "../items/key-range.ts";
import { type ItemPage, readPage } from "../items/page.ts";
import { afterStart, keyOf } from "../items/start-key.ts";
import { Stored } from "../items/stored.ts";
import { type IndexLayout, itemSuffix, type Order, type TableLayout } from "../tables/layout.ts";
import { takeUnits } from "../throttling/throttle.ts";
import type { Item } from "../values/attribute-value.ts";
import { refuseMixture } from "./legacy.ts";
import { checkSelect, selectionOf } from "./select.ts";
import { targetTable } from "./target.ts";

interface Parsed {
  readonly keyCondition: KeyCondition | undefined;
  readonly filter: ItemCondition | undefined;
  readonly projection: Projection | undefined;
}

export async function query(input: Readonly<QueryInput>, caller: Transaction): Promise<QueryOutput> {
  refuseMixture(input);
  const parsed = withLegacy(
    parse(input, input.KeyConditionExpression),
    input,
    input.QueryFilter,
    input.KeyConditions,
  );
  const { keyCondition, filter } = parsed;
  if (keyCondition === undefined) {
    throw validation(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  }
  const { table, tx } = await targetTable(caller, input.TableName, "Query");
  const index = indexOf(table, input);
  const order = index ?? table;
  refuseKeysInFilter(order, filter);
  const range = queryRange(order, keyCondition);
  const reverse = input.ScanIndexForward === false;
  const rest = afterStart(table, index, range, input.ExclusiveStartKey, reverse, () =>
    validation("The provided starting key is outside query boundaries based on provided conditions"),
  );
  return answer(tx, table, index, rest, reverse, parsed, input);
}

export async function scan(input: Readonly<ScanInput>, caller: Transaction): Promise<ScanOutput> {
  refuseMixture(input);
  const parsed = withLegacy(parse(input, undefined), input, input.ScanFilter, undefined);
  checkSegments(input);
  const { table, tx } = await targetTable(caller, input.TableName, "Scan");
  const index = indexOf(table, input);
  const order = index ?? table;
  const { Segment: segment, TotalSegments: total } = input;
  const range =
    segment === undefined || total === undefined
      ? { start: order.prefix, end: successor(order.prefix) }
      : segmentRange(order, segment, total);
  const rest = afterStart(table, index, range, input.ExclusiveStartKey, false, () =>
    validation(
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. " +
        `TotalSegments: ${total} Segment: ${segment}`,
    ),
  );
  return answer(tx, table, index, rest, false, parsed, input);
}

function parse(input: Readonly<QueryInput | ScanInput>, keyText: string | undefined): Parsed {
  const { FilterExpression, ProjectionExpression } = input;
  const expressions = new Expressions(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const parsed = {
    keyCondition: keyText === undefined ? undefined : expressions.keyCondition(keyText),
    filter:
      FilterExpression === undefined
        ? undefined
        : expressions.condition("FilterExpression", FilterExpression),
    projection: ProjectionExpression === undefined ? undefined : expressions.projection(ProjectionExpression),
  };
  expressions.finish(["FilterExpression"]);
  checkSelect(
    input.Select,
    input.IndexName,
    parsed.projection !== undefined || input.AttributesToGet !== undefined,
  );
  return parsed;
}

/** A request that has legacy parameters has no expressions. */
function withLegacy(
  parsed: Parsed,
  input: Readonly<QueryInput | ScanInput>,
  filter: QueryInput["QueryFilter"],
  keys: QueryInput["KeyConditions"],
): Parsed {
  const { AttributesToGet: attributes, ConditionalOperator: operator } = input;
  if (filter === undefined && keys === undefined && attributes === undefined) return parsed;
  return {
    keyCondition: keys === undefined ? undefined : legacyKeyCondition(keys),
    filter: filter === undefined ? undefined : legacyFilter(filter, operator),
    projection: attributes === undefined ? undefined : legacyProjection(attributes),
  };
}

function checkSegments({ Segment: segment, TotalSegments: total }: Readonly<ScanInput>): void {
  if (segment !== undefined && total === undefined) {
    throw validation(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  }
  if (segment === undefined && total !== undefined) {
    throw validation(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  }
  if (segment !== undefined && total !== undefined && segment >= total) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
}

export function indexOf(
  table: TableLayout,
  input: Pick<QueryInput, "IndexName" | "ConsistentRead">,
): IndexLayout | undefined {
  const { IndexName: name } = input;
  if (name === undefined) return undefined;
  const index = table.indexes.find((candidate) => candidate.state.name === name);
  if (index === undefined) throw validation(`The table does not have the specified index: ${name}`);
  if (index.state.status === "CREATING") {
    throw validation(`Cannot read from backfilling global secondary index: ${name}`);
  }
  if (index.state.global && input.ConsistentRead === true) {
    throw validation("Consistent reads are not supported on global secondary indexes");
  }
  return index;
}

function refuseKeysInFilter(order: Order, filter: ItemCondition | undefined): void {
  if (filter === undefined) return;
  for (const { name } of [...order.partition, ...order.sort]) {
    if (filter.attributes.includes(name)) {
      throw validation(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
    }
  }
}

async function answer(
  tx: Transaction,
  table: TableLayout,
  index: IndexLayout | undefined,
  range: Range,
  reverse: boolean,
  { filter, projection }: Parsed,
  input: Readonly<QueryInput | ScanInput>,
): Promise<QueryOutput> {
  const { countOnly, fetch } = selectionOf(input.Select, index, projection);
  const test = filter?.test;
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const page = await readPage(tx, range, { limit, reverse, filter: fetch ? undefined : test });
  if (table.throttled) {
    await takeUnits(tx, table, index, "read", readUnits(page.size, input.ConsistentRead ?? false));
  }
  const fetched = fetch ? await fetchItems(tx, table, page.items) : page.items;
  const items = fetch && test !== undefined ? fetched.filter((stored) => test(stored.item)) : fetched;
  return {
    ...(countOnly ? undefined : { Items: items.map((stored) => show(stored, projection)) }),
    Count: items.length,
    ScannedCount: page.scanned,
    ...(page.last === undefined ? undefined : { LastEvaluatedKey: keyOf(table, index, page.last.item) }),
    ...consumed(table, index, page, fetch ? fetched : undefined, input),
  };
}

function show(stored: Stored, projection: Projection | undefined): Item {
  return projection === undefined ? stored.output : projection.project(stored.item);
}

/** The table's own items of a local index's entries. */
export async function fetchItems(
  tx: Transaction,
  table: TableLayout,
  entries: readonly Stored[],
): Promise<readonly Stored[]> {
  const keys = entries.map((entry) => table.prefix + itemSuffix(table, entry.item));
  return (await tx.raw.getMany(keys)).map((bytes) => {
    assert(bytes !== undefined, "an index entry has its item");
    return Stored.read(bytes);
  });
}

function consumed(
  table: TableLayout,
  index: IndexLayout | undefined,
  page: ItemPage,
  fetched: readonly Stored[] | undefined,
  input: Readonly<QueryInput | ScanInput>,
): Pick<QueryOutput, "ConsumedCapacity"> | undefined {
  const { ReturnConsumedCapacity: wanted, ConsistentRead: consistent = false } = input;
  if (wanted === undefined || wanted === "NONE") return undefined;
  const meter = new CapacityMeter(table, "read");
  const units = readUnits(page.size, consistent);
  if (index === undefined) meter.addTable(units);
  else meter.addIndex(index, units);
  for (const stored of fetched ?? []) meter.addTable(readUnits(stored.size, consistent));
  return { ConsumedCapacity: meter.report(wanted, false) };
}
