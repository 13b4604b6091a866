// The bus that an operation works on, if its caller may do so: one's own, or one
// whose policy says so.

import type { Transaction } from "../../../core/transaction.ts";
import { notFound } from "../model.ts";
import { Rule, ruleArn } from "../rules/rule.ts";
import { accessDenied, isOwner, mayUse } from "./access.ts";
import { busName, defaultBus, findBus, type OpenBus } from "./bus.ts";

/** `rule`: the name of the one of its rules that the operation is about. */
export async function openBus(tx: Transaction, given = defaultBus, rule?: string): Promise<OpenBus> {
  const found = await findBus(tx, given);
  if (found === undefined) throw notFound(`Event bus ${busName(given)} does not exist.`);
  if (!isOwner(found.bus, tx)) await checkUse(tx, found, rule);
  return found;
}

async function checkUse(caller: Transaction, { bus, tx }: OpenBus, rule: string | undefined): Promise<void> {
  const operation = caller.operation ?? "";
  const known = rule === undefined ? undefined : await tx.get(Rule, bus.name, rule);
  const use = {
    operation,
    resource: rule === undefined ? bus.arn : ruleArn(tx, bus.name, rule),
    ...(rule === undefined ? {} : { creator: known?.createdBy ?? caller.principal.account }),
  };
  if (!mayUse(bus, caller, use)) throw accessDenied(caller, use);
}
