// TransactWriteItems: up to 100 changes and checks, all or nothing, and once
// only for a client's token.

import { hash } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CancellationReason,
  ItemCollectionMetrics,
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { Expressions, type ItemCondition } from "../expressions/expressions.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { CapacityMeters, collectionMetrics, readUnits } from "../items/capacity.ts";
import { type Change, checkChange, deleteChange, putChange, updateChange } from "../items/change.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { findToken, rememberToken } from "../items/write-token.ts";
import type { TableLayout } from "../tables/layout.ts";
import { targetTable } from "./target.ts";

const transactionLimit = 100;
const transactionBytes = 4 * 1024 * 1024;

/** One member of the transaction, made ready. */
interface Step {
  readonly table: TableLayout;
  readonly tx: Transaction;
  readonly change: Change;
  readonly condition: ItemCondition | undefined;
  /** A condition check leaves the item alone. */
  readonly writes: boolean;
  readonly showsOld: boolean;
}

/** What a step would do, or why it cannot. */
type Outcome =
  | { readonly before: Stored | undefined; readonly after: Stored | undefined; readonly reason?: undefined }
  | { readonly reason: CancellationReason };

export async function transactWriteItems(
  input: Readonly<TransactWriteItemsInput>,
  caller: Transaction,
): Promise<TransactWriteItemsOutput> {
  if (input.TransactItems.length > transactionLimit) {
    throw validation("Member must have length less than or equal to 100");
  }
  const token = input.ClientRequestToken;
  const fingerprint = token === undefined ? "" : fingerprintOf(input);
  const known = token === undefined ? undefined : await findToken(caller, token);
  if (known !== undefined && known !== fingerprint) {
    throw dynamodbFault(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
    );
  }
  const steps: Step[] = [];
  for (const item of input.TransactItems) steps.push(await prepare(item, caller));
  refuseRepeated(steps);
  if (known !== undefined) return repeated(steps, input);
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await decide(step));
  if (outcomes.some((outcome) => outcome.reason !== undefined)) throw cancelled(outcomes);
  return perform(steps, outcomes, input, async () => {
    if (token !== undefined) await rememberToken(caller, token, fingerprint);
  });
}

function fingerprintOf({ TransactItems }: Readonly<TransactWriteItemsInput>): string {
  return hash("sha256", JSON.stringify(TransactItems), "base64");
}

async function prepare(item: TransactWriteItem, caller: Transaction): Promise<Step> {
  const { ConditionCheck: check, Put: put, Delete: remove, Update: update } = item;
  const given = [check, put, remove, update].filter((action) => action !== undefined);
  const [action] = given;
  if (action === undefined || given.length > 1) {
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const expressions = new Expressions(action.ExpressionAttributeNames, action.ExpressionAttributeValues);
  const changes = update === undefined ? undefined : expressions.update(update.UpdateExpression);
  const condition =
    action.ConditionExpression === undefined
      ? undefined
      : expressions.condition("ConditionExpression", action.ConditionExpression);
  expressions.finish(
    update === undefined ? ["ConditionExpression"] : ["UpdateExpression", "ConditionExpression"],
  );
  const stored = put === undefined ? undefined : Stored.make(put.Item);
  const { table, tx } = await targetTable(caller, action.TableName);
  const change =
    stored !== undefined
      ? putChange(table, stored)
      : update !== undefined
        ? updateChange(table, update.Key, changes)
        : remove !== undefined
          ? deleteChange(table, remove.Key)
          : checkChange(table, check!.Key);
  return {
    table,
    tx,
    change,
    condition,
    writes: check === undefined,
    showsOld: action.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
  };
}

function refuseRepeated(steps: readonly Step[]): void {
  const keys = new Set(steps.map(({ table, change }) => table.prefix + change.suffix));
  if (keys.size !== steps.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
}

/** What only the item's state can show to be wrong cancels the transaction, as its member's reason. */
async function decide({ table, tx, change, condition, showsOld }: Step): Promise<Outcome> {
  const before = Stored.read(await tx.raw.get(table.prefix + change.suffix));
  if (condition !== undefined && !condition.test(before?.item ?? {})) {
    return {
      reason: {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        ...(showsOld && before !== undefined ? { Item: before.item } : undefined),
      },
    };
  }
  try {
    return { before, after: change.next(before) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { reason: { Code: "ValidationError", Message: error.message } };
  }
}

function cancelled(outcomes: readonly Outcome[]): Fault {
  const reasons = outcomes.map((outcome) => outcome.reason ?? { Code: "None" });
  const codes = reasons.map((reason) => reason.Code).join(", ");
  return dynamodbFault(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

async function perform(
  steps: readonly Step[],
  outcomes: readonly Outcome[],
  input: Readonly<TransactWriteItemsInput>,
  finish: () => Promise<void>,
): Promise<TransactWriteItemsOutput> {
  const meters = new CapacityMeters("write");
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  let size = 0;
  for (const [at, { table, tx, change, writes }] of steps.entries()) {
    const outcome = outcomes[at]!;
    if (outcome.reason !== undefined) continue;
    const { before, after } = outcome;
    size += after?.size ?? 0;
    if (!writes) {
      meters.of(table).addTable(2 * Math.max(1, Math.ceil((before?.size ?? 0) / 1024)));
      continue;
    }
    meters.of(table).addWrite(await writeItem(tx, table, change.suffix, before, after), 2);
    const collection = collectionMetrics(table, change.key, input.ReturnItemCollectionMetrics);
    const { name } = table.state;
    if (collection !== undefined) metrics[name] = [...(metrics[name] ?? []), collection];
  }
  if (size > transactionBytes) {
    throw validation("Collective size of all items in the transaction exceeds the limit of 4 MB");
  }
  await finish();
  return {
    ...(Object.keys(metrics).length === 0 ? undefined : { ItemCollectionMetrics: metrics }),
    ...meters.report(input.ReturnConsumedCapacity, true),
  };
}

/** The same request again: nothing is written, and what was done is paid for as a read. */
async function repeated(
  steps: readonly Step[],
  input: Readonly<TransactWriteItemsInput>,
): Promise<TransactWriteItemsOutput> {
  const meters = new CapacityMeters("read");
  for (const { table, tx, change } of steps) {
    const stored = Stored.read(await tx.raw.get(table.prefix + change.suffix));
    meters.of(table).addTable(2 * readUnits(stored?.size ?? 0, true));
  }
  return meters.report(input.ReturnConsumedCapacity, true);
}
