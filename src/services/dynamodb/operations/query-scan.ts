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
import { enveloped, validation, type Wording } from "../faults.ts";
import { CapacityMeter, readUnits } from "../items/capacity.ts";
import { queryRange, segmentRange, successor } from "../items/key-range.ts";
import { canonicalKey } from "../items/keys.ts";
import { type ItemPage, readPage } from "../items/page.ts";
import { afterStart, keyOf } from "../items/start-key.ts";
import { Stored } from "../items/stored.ts";
import {
  type IndexLayout,
  itemSuffix,
  type Order,
  partitionHash,
  type TableLayout,
} from "../tables/layout.ts";
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
  const start = input.ExclusiveStartKey && canonicalKey(input.ExclusiveStartKey);
  const parsed = parse(input, input.QueryFilter, input.KeyConditions, "current");
  enveloped(() => checkSelect(input));
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
  if (start !== undefined && index === undefined && isOneItem(table, keyCondition)) {
    throw validation("The query can return at most one row and cannot be restarted");
  }
  const rest = afterStart(table, index, range, start, reverse, {
    mismatch: () => validation("The provided starting key is invalid"),
    outside: (key) =>
      validation(
        range.start.startsWith(order.prefix + partitionHash(order, key))
          ? "The provided starting key does not match the range key predicate"
          : "The provided starting key is outside query boundaries based on provided conditions",
      ),
  });
  return answer(tx, table, index, rest, reverse, parsed, input);
}

export async function scan(input: Readonly<ScanInput>, caller: Transaction): Promise<ScanOutput> {
  refuseMixture(input);
  const start = input.ExclusiveStartKey && canonicalKey(input.ExclusiveStartKey, "older");
  const parsed = parse(input, input.ScanFilter, undefined, "older");
  checkSelect(input);
  checkSegments(input);
  const { table, tx } = await targetTable(caller, input.TableName, "Scan");
  const index = indexOf(table, input);
  const order = index ?? table;
  const { Segment: segment, TotalSegments: total } = input;
  const range =
    segment === undefined || total === undefined
      ? { start: order.prefix, end: successor(order.prefix) }
      : segmentRange(order, segment, total);
  const rest = afterStart(table, index, range, start, false, {
    mismatch: (detail) => validation(`The provided starting key is invalid: ${detail}`),
    outside: () =>
      validation(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. " +
          `TotalSegments: ${total} Segment: ${segment}`,
      ),
  });
  return answer(tx, table, index, rest, false, parsed, input);
}

/** A request has expressions, or the parameters of the time before them. */
function parse(
  input: Readonly<QueryInput & ScanInput>,
  legacy: QueryInput["QueryFilter"],
  legacyKeys: QueryInput["KeyConditions"],
  wording: Wording,
): Parsed {
  const { KeyConditionExpression: keys, FilterExpression, ProjectionExpression, AttributesToGet } = input;
  const expressions = new Expressions(input, wording);
  const parsed = {
    keyCondition:
      legacyKeys !== undefined
        ? legacyKeyCondition(legacyKeys)
        : keys === undefined
          ? undefined
          : expressions.keyCondition(keys),
    filter:
      legacy !== undefined
        ? legacyFilter(legacy, input.ConditionalOperator, wording)
        : FilterExpression === undefined
          ? undefined
          : expressions.condition("FilterExpression", FilterExpression),
    projection:
      AttributesToGet !== undefined
        ? legacyProjection(AttributesToGet)
        : ProjectionExpression === undefined
          ? undefined
          : expressions.projection(ProjectionExpression),
  };
  expressions.finish();
  return parsed;
}

/** The partition key and the whole sort key are fixed. */
function isOneItem(table: TableLayout, { tests }: KeyCondition): boolean {
  return (
    table.sort.length > 0 &&
    tests.length === table.keyNames.length &&
    tests.every(({ operator }) => operator === "=")
  );
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
