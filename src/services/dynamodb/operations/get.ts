// GetItem, BatchGetItem and TransactGetItems.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  GetItemInput,
  GetItemOutput,
  KeysAndAttributes,
  TransactGetItemsInput,
  TransactGetItemsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { validationMessage } from "../../../model/validate.ts";
import { brokenNames } from "../constraints.ts";
import { Expressions, type Projection } from "../expressions/expressions.ts";
import { legacyProjection } from "../expressions/legacy.ts";
import { validation } from "../faults.ts";
import { CapacityMeter, CapacityMeters, readUnits } from "../items/capacity.ts";
import { canonicalKey, checkKey } from "../items/keys.ts";
import { Stored } from "../items/stored.ts";
import { itemSuffix } from "../tables/layout.ts";
import { mayTake, takeUnits } from "../throttling/throttle.ts";
import type { Item } from "../values/attribute-value.ts";
import { itemJson } from "../values/stored-item.ts";
import { refuseMixture } from "./legacy.ts";
import { cancelled, reasonOf } from "./steps.ts";
import { type Target, targetTable } from "./target.ts";

const batchLimit = 100;
const batchBytes = 16 * 1024 * 1024;
const transactionLimit = 100;
const transactionBytes = 4 * 1024 * 1024;

type ProjectionInput = Pick<
  GetItemInput,
  "ProjectionExpression" | "ExpressionAttributeNames" | "AttributesToGet"
>;

function projectionOf(input: ProjectionInput): Projection | undefined {
  const { ProjectionExpression: text, ExpressionAttributeNames: names, AttributesToGet: attributes } = input;
  if (attributes !== undefined) refuseMixture(input);
  if (text === undefined && names === undefined) return attributes && legacyProjection(attributes);
  const expressions = new Expressions(input);
  const projection = text === undefined ? undefined : expressions.projection(text);
  expressions.finish();
  return projection;
}

export async function getItem(input: Readonly<GetItemInput>, caller: Transaction): Promise<GetItemOutput> {
  const projection = projectionOf(input);
  const key = canonicalKey(input.Key);
  const { table, tx } = await targetTable(caller, input.TableName, "GetItem");
  checkKey(table, key);
  const read = tx.raw.get(table.prefix + itemSuffix(table, key));
  const stored = Stored.read(read instanceof Promise ? await read : read);
  const { ReturnConsumedCapacity: wanted, ConsistentRead: consistent = false } = input;
  if (table.throttled)
    await takeUnits(tx, table, undefined, "read", readUnits(stored?.size ?? 0, consistent));
  const item = stored === undefined ? {} : { Item: show(stored, projection) };
  if (wanted === undefined || wanted === "NONE") return item;
  const meter = new CapacityMeter(table, "read");
  meter.addTable(readUnits(stored?.size ?? 0, consistent));
  return { ...item, ConsumedCapacity: meter.report(wanted, false) };
}

function show(stored: Stored, projection: Projection | undefined): Item {
  return projection === undefined ? stored.output : projection.project(stored.item);
}

export async function batchGetItem(
  input: Readonly<BatchGetItemInput>,
  caller: Transaction,
): Promise<BatchGetItemOutput> {
  const requests = Object.entries(input.RequestItems);
  if (requests.reduce((count, [, { Keys }]) => count + Keys.length, 0) > batchLimit) {
    throw validation("Too many items requested for the BatchGetItem call");
  }
  const broken = brokenNames(input.RequestItems);
  if (broken.length > 0) throw validation(validationMessage(broken));
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, KeysAndAttributes> = {};
  const meters = new CapacityMeters("read");
  let size = 0;
  refuseMixtures(requests.map(([, request]) => request));
  const prepared = requests.map(([name, request]) => ({
    name,
    request,
    projection: projectionOf(request),
    keys: request.Keys.map((key) => canonicalKey(key)),
  }));
  for (const { keys } of prepared) refuseRepeated(keys);
  for (const { name, request, projection, keys } of prepared) {
    const target = await targetTable(caller, name, "BatchGetItem");
    const found = await readKeys(target, keys);
    const items: Item[] = [];
    const left: Item[] = [];
    for (const [at, stored] of found.entries()) {
      const units = readUnits(stored?.size ?? 0, request.ConsistentRead ?? false);
      if (size + (stored?.size ?? 0) > batchBytes || !(await mayTake(target.tx, target.table, "read"))) {
        left.push(request.Keys[at]!);
        continue;
      }
      size += stored?.size ?? 0;
      if (target.table.throttled) await takeUnits(target.tx, target.table, undefined, "read", units);
      meters.of(target.table).addTable(units);
      if (stored !== undefined) items.push(show(stored, projection));
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ...meters.report(input.ReturnConsumedCapacity, false),
  };
}

/** One table's projection is an expression, another's is not: AWS refuses the whole batch. */
function refuseMixtures(requests: readonly KeysAndAttributes[]): void {
  const legacy = requests.find((request) => request.AttributesToGet !== undefined);
  const modern = requests.find((request) => request.ProjectionExpression !== undefined);
  if (legacy === undefined || modern === undefined) return;
  refuseMixture({
    AttributesToGet: legacy.AttributesToGet,
    ProjectionExpression: modern.ProjectionExpression,
  });
}

/** By what was given, before any table is looked at. */
function refuseRepeated(keys: readonly Item[]): void {
  const texts = keys.map((key) => itemJson(Object.fromEntries(Object.entries(key).sort(byName))));
  if (new Set(texts).size !== texts.length) {
    throw validation("Provided list of item keys contains duplicates");
  }
}

const byName = ([left]: [string, unknown], [right]: [string, unknown]) => (left < right ? -1 : 1);

async function readKeys(
  { table, tx }: Target,
  given: readonly Item[],
): Promise<readonly (Stored | undefined)[]> {
  const keys = given.map((key) => {
    checkKey(table, key);
    return table.prefix + itemSuffix(table, key);
  });
  return (await tx.raw.getMany(keys)).map((bytes) => Stored.read(bytes));
}

/** A key that does not fit its table cancels the transaction, empty ones as well. */
function refuseWrongKeys(checks: readonly (() => void)[]): void {
  const reasons = checks.map((check) => reasonOf(check));
  if (reasons.some((reason) => reason !== undefined)) throw cancelled(reasons);
}

export async function transactGetItems(
  input: Readonly<TransactGetItemsInput>,
  caller: Transaction,
): Promise<TransactGetItemsOutput> {
  const requests = input.TransactItems;
  if (requests.length > transactionLimit)
    throw validation("Member must have length less than or equal to 100");
  const meters = new CapacityMeters("read");
  const responses: { Item?: Item }[] = [];
  const seen = new Set<string>();
  let size = 0;
  const prepared = requests.map(({ Get: get }) => ({
    name: get.TableName,
    projection: projectionOf(get.ProjectionExpression === undefined ? {} : get),
    key: canonicalKey(get.Key, "older"),
  }));
  const targets: Target[] = [];
  for (const { name } of prepared) targets.push(await targetTable(caller, name, "GetItem"));
  refuseWrongKeys(
    prepared.map(
      ({ key }, at) =>
        () =>
          checkKey(targets[at]!.table, key),
    ),
  );
  for (const [at, { projection, key: given }] of prepared.entries()) {
    const { table, tx } = targets[at]!;
    const key = table.prefix + itemSuffix(table, given);
    if (seen.has(key)) throw validation("Transaction request cannot include multiple operations on one item");
    seen.add(key);
    const stored = Stored.read(await tx.raw.get(key));
    size += stored?.size ?? 0;
    if (table.throttled) {
      await takeUnits(tx, table, undefined, "read", 2 * readUnits(stored?.size ?? 0, true));
    }
    // Transactional reads are consistent, and cost twice as much.
    meters.of(table).addTable(2 * readUnits(stored?.size ?? 0, true));
    responses.push(stored === undefined ? {} : { Item: show(stored, projection) });
  }
  if (size > transactionBytes) {
    throw validation("Aggregated size of items requested exceeds the limit of 4 MB for a transaction");
  }
  return { Responses: responses, ...meters.report(input.ReturnConsumedCapacity, true) };
}
