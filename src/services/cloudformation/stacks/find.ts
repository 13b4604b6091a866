// Finds stacks by name or id, as operations are given either.

import type { Transaction } from "../../../core/transaction.ts";
import { noSuchStack } from "../model.ts";
import { keyOfArn, Stack, type StackState, type StackTemplate, stackKey, TemplateRecord } from "./stack.ts";

/** By name, only stacks that are not deleted; by id, any. */
export async function findStack(tx: Transaction, nameOrId: string): Promise<StackState | undefined> {
  const key = keyOfArn(nameOrId);
  if (key !== undefined) return tx.get(Stack, key);
  const { values } = await tx.list(Stack, { index: "name", prefix: [nameOrId], limit: 1 });
  return values[0];
}

export async function openStack(tx: Transaction, nameOrId: string): Promise<StackState> {
  const stack = await findStack(tx, nameOrId);
  if (stack === undefined) throw noSuchStack(nameOrId);
  return stack;
}

/** Where the words are `Stack [name] does not exist`. */
export async function templateOf(
  tx: Transaction,
  stack: Pick<StackState, "id" | "generation">,
): Promise<StackTemplate | undefined> {
  return tx.get(TemplateRecord, stackKey(stack.id), stack.generation);
}
