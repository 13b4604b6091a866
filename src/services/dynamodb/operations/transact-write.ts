// TransactWriteItems: up to 100 changes and checks, all or nothing, and once
// only for a client's token.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { type ExpressionInput, Expressions, hasExpression } from "../expressions/expressions.ts";
import { validation } from "../faults.ts";
import { checkChange, deleteChange, putChange, updateChange } from "../items/change.ts";
import { canonicalKey } from "../items/keys.ts";
import { Stored } from "../items/stored.ts";
import type { TableLayout } from "../tables/layout.ts";
import { type Step, transact } from "./steps.ts";
import { targetTable } from "./target.ts";

const transactionLimit = 100;

export async function transactWriteItems(
  input: Readonly<TransactWriteItemsInput>,
  caller: Transaction,
): Promise<TransactWriteItemsOutput> {
  if (input.TransactItems.length > transactionLimit) {
    throw validation("Member must have length less than or equal to 100");
  }
  return transact(caller, input.TransactItems, input, async () => {
    // What is wrong with a request in itself is told before any table is looked at.
    const members = input.TransactItems.map(prepare);
    const steps: Step[] = [];
    for (const member of members) steps.push(await member(caller));
    return steps;
  });
}

/** What a policy must allow. */
function actionOf({ ConditionCheck: check, Put: put, Delete: remove }: TransactWriteItem): string {
  if (check !== undefined) return "ConditionCheckItem";
  return put !== undefined ? "PutItem" : remove !== undefined ? "DeleteItem" : "UpdateItem";
}

/** Names and values without any expression go unnoticed here, unlike anywhere else. */
export function withExpressions<T extends ExpressionInput>(action: T): ExpressionInput {
  return hasExpression(action) ? action : {};
}

function prepare(item: TransactWriteItem): (caller: Transaction) => Promise<Step> {
  const { ConditionCheck: check, Put: put, Delete: remove, Update: update } = item;
  const given = [check, put, remove, update].filter((action) => action !== undefined);
  const [action] = given;
  if (action === undefined || given.length > 1) {
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const expressions = new Expressions(withExpressions(action), "older");
  const changes = update === undefined ? undefined : expressions.update(update.UpdateExpression);
  const condition =
    action.ConditionExpression === undefined
      ? undefined
      : expressions.condition("ConditionExpression", action.ConditionExpression);
  expressions.finish();
  const stored = put === undefined ? undefined : Stored.make(put.Item, "older");
  const key = canonicalKey((update ?? remove ?? check)?.Key ?? {}, "older");
  const changeOf = (table: TableLayout) => {
    if (stored !== undefined) return putChange(table, stored);
    if (update !== undefined) return updateChange(table, key, changes);
    return remove !== undefined ? deleteChange(table, key) : checkChange(table, key);
  };
  return async (caller) => ({
    ...(await targetTable(caller, action.TableName, actionOf(item))),
    changeOf,
    condition,
    writes: check === undefined,
    showsOld: action.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
  });
}
