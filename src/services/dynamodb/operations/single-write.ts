// PutItem, UpdateItem and DeleteItem: one item, perhaps under a condition.
// TransactWriteItems and the batches use the same steps.

import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ConsumedCapacity,
  DeleteItemInput,
  DeleteItemOutput,
  ItemCollectionMetrics,
  PutItemInput,
  PutItemOutput,
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
  UpdateItemInput,
  UpdateItemOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { Expressions, type ItemCondition, type Update } from "../expressions/expressions.ts";
import { legacyExpected, legacyUpdate } from "../expressions/legacy.ts";
import { enveloped, validation } from "../faults.ts";
import { CapacityMeter, collectionMetrics } from "../items/capacity.ts";
import { type Change, deleteChange, putChange, updateChange } from "../items/change.ts";
import { canonicalKey } from "../items/keys.ts";
import { Stored } from "../items/stored.ts";
import { type WriteUnits, writeItem } from "../items/write.ts";
import type { TableLayout } from "../tables/layout.ts";
import type { Item } from "../values/attribute-value.ts";
import { refuseMixture } from "./legacy.ts";
import { targetTable } from "./target.ts";

export async function putItem(input: Readonly<PutItemInput>, caller: Transaction): Promise<PutItemOutput> {
  const { condition, item } = enveloped(() => ({
    condition: onlyCondition(input),
    item: Stored.make(input.Item),
  }));
  const { table, tx } = await targetTable(caller, input.TableName, "PutItem");
  const { before, units, key } = await applyChange(tx, table, putChange(table, item), condition, input);
  return {
    ...(input.ReturnValues === "ALL_OLD" && before !== undefined ? { Attributes: before.output } : undefined),
    ...report(table, key, units, input),
  };
}

export async function deleteItem(
  input: Readonly<DeleteItemInput>,
  caller: Transaction,
): Promise<DeleteItemOutput> {
  const { condition, given } = enveloped(() => ({
    condition: onlyCondition(input),
    given: canonicalKey(input.Key),
  }));
  const { table, tx } = await targetTable(caller, input.TableName, "DeleteItem");
  const { before, units, key } = await applyChange(tx, table, deleteChange(table, given), condition, input);
  return {
    ...(input.ReturnValues === "ALL_OLD" && before !== undefined ? { Attributes: before.output } : undefined),
    ...report(table, key, units, input),
  };
}

export async function updateItem(
  input: Readonly<UpdateItemInput>,
  caller: Transaction,
): Promise<UpdateItemOutput> {
  const { update, condition, given } = enveloped(() => ({
    ...updateParts(input),
    given: canonicalKey(input.Key),
  }));
  const { table, tx } = await targetTable(caller, input.TableName, "UpdateItem");
  const { before, after, units, key } = await applyChange(
    tx,
    table,
    updateChange(table, given, update),
    condition,
    input,
  );
  const shown = updatedAttributes(input, update, before, after);
  return {
    ...(shown === undefined ? undefined : { Attributes: shown }),
    ...report(table, key, units, input),
  };
}

function updateParts(input: Readonly<UpdateItemInput>): {
  readonly update: Update | undefined;
  readonly condition: ItemCondition | undefined;
} {
  refuseMixture(input);
  const { UpdateExpression, ConditionExpression, AttributeUpdates, Expected } = input;
  const expressions = new Expressions(input);
  const parts = {
    update:
      AttributeUpdates !== undefined
        ? legacyUpdate(AttributeUpdates)
        : UpdateExpression === undefined
          ? undefined
          : expressions.update(UpdateExpression),
    condition:
      Expected !== undefined
        ? legacyExpected(Expected, input.ConditionalOperator)
        : ConditionExpression === undefined
          ? undefined
          : expressions.condition("ConditionExpression", ConditionExpression),
  };
  expressions.finish();
  return parts;
}

function updatedAttributes(
  input: Readonly<UpdateItemInput>,
  update: Update | undefined,
  before: Stored | undefined,
  after: Stored | undefined,
): Item | undefined {
  switch (input.ReturnValues) {
    case "ALL_OLD":
      return before?.output;
    case "ALL_NEW":
      return after?.output;
    case "UPDATED_OLD":
      return before === undefined ? undefined : touched(update, before);
    case "UPDATED_NEW":
      return after === undefined ? undefined : touched(update, after);
    default:
      return undefined;
  }
}

function touched(update: Update | undefined, stored: Stored): Item | undefined {
  if (update === undefined) return undefined;
  const shown = update.touched(stored.item);
  for (const _ in shown) return shown;
  return undefined;
}

/** The condition of an operation that has no other expression. */
function onlyCondition(input: Readonly<PutItemInput | DeleteItemInput>): ItemCondition | undefined {
  refuseMixture(input);
  const { ConditionExpression, Expected, ReturnValues } = input;
  if (ReturnValues !== undefined && ReturnValues !== "NONE" && ReturnValues !== "ALL_OLD") {
    throw validation("ReturnValues can only be ALL_OLD or NONE");
  }
  const expressions = new Expressions(input);
  if (Expected !== undefined) return legacyExpected(Expected, input.ConditionalOperator);
  if (ConditionExpression === undefined) return undefined;
  const condition = expressions.condition("ConditionExpression", ConditionExpression);
  expressions.finish();
  return condition;
}

interface Applied {
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
  readonly units: WriteUnits;
  readonly key: Item;
}

async function applyChange(
  tx: Transaction,
  table: TableLayout,
  change: Change,
  condition: ItemCondition | undefined,
  input: { readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE" | undefined },
): Promise<Applied> {
  const read = tx.raw.get(table.prefix + change.suffix);
  const before = Stored.read(read instanceof Promise ? await read : read);
  if (condition !== undefined && !condition.test(before === undefined ? noItem : before.item)) {
    throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? before : undefined);
  }
  const after = change.next(before);
  const units = await writeItem(tx, table, change.suffix, before, after);
  return { before, after, units, key: change.key };
}

const noItem: Item = {};

export function conditionFailed(shown: Stored | undefined): Fault {
  return new Fault(
    "dynamodb",
    "ConditionalCheckFailedException",
    "The conditional request failed",
    shown === undefined ? {} : { fields: { Item: shown.item } },
  );
}

interface ReportOptions {
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  readonly ReturnItemCollectionMetrics?: ReturnItemCollectionMetrics | undefined;
}

function report(
  table: TableLayout,
  key: Item,
  units: WriteUnits,
  { ReturnConsumedCapacity, ReturnItemCollectionMetrics }: ReportOptions,
): { ConsumedCapacity?: ConsumedCapacity; ItemCollectionMetrics?: ItemCollectionMetrics } | undefined {
  if (ReturnConsumedCapacity === undefined && ReturnItemCollectionMetrics === undefined) return undefined;
  const metrics = collectionMetrics(table, key, ReturnItemCollectionMetrics);
  const meter = new CapacityMeter(table, "write");
  meter.addWrite(units);
  return {
    ...(ReturnConsumedCapacity === undefined || ReturnConsumedCapacity === "NONE"
      ? undefined
      : { ConsumedCapacity: meter.report(ReturnConsumedCapacity, false) }),
    ...(metrics === undefined ? undefined : { ItemCollectionMetrics: metrics }),
  };
}
