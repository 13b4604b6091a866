// TransactWriteItems: up to 100 changes and checks, all or nothing, and once
// only for a client's token.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { Expressions } from "../expressions/expressions.ts";
import { validation } from "../faults.ts";
import { checkChange, deleteChange, putChange, updateChange } from "../items/change.ts";
import { Stored } from "../items/stored.ts";
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
    const steps: Step[] = [];
    for (const item of input.TransactItems) steps.push(await prepare(item, caller));
    return steps;
  });
}

/** What a policy must allow. */
function actionOf({ ConditionCheck: check, Put: put, Delete: remove }: TransactWriteItem): string {
  if (check !== undefined) return "ConditionCheckItem";
  return put !== undefined ? "PutItem" : remove !== undefined ? "DeleteItem" : "UpdateItem";
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
  const { table, tx } = await targetTable(caller, action.TableName, actionOf(item));
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
