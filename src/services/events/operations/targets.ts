// The targets of rules: put, list, remove.

import type { Transaction } from "../../../core/transaction.ts";
import type { Target } from "../../../model/generated/events.d.ts";
import { openBus } from "../buses/open-bus.ts";
import { type Input, limitExceeded, type Output } from "../model.ts";
import { openRule, Rule, ruleNotFound } from "../rules/rule.ts";
import { putRule } from "../rules/rule-set.ts";
import { checkTarget } from "../rules/target-checks.ts";
import { refuseManaged } from "./rules.ts";

const mostTargets = 5;

export async function putTargets(
  input: Input<"PutTargets">,
  caller: Transaction,
): Promise<Output<"PutTargets">> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Rule);
  const rule = await openRule(tx, bus.name, input.Rule);
  refuseManaged(tx, rule, false);
  const targets = new Map(rule.targets.map((target) => [target.Id, target]));
  for (const target of input.Targets) {
    checkTarget(target);
    targets.set(target.Id, target);
  }
  if (targets.size > mostTargets) {
    throw limitExceeded("The requested resource exceeds the maximum number allowed.");
  }
  await putRule(tx, { ...rule, targets: [...targets.values()] });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

export async function removeTargets(
  input: Input<"RemoveTargets">,
  caller: Transaction,
): Promise<Output<"RemoveTargets">> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Rule);
  const rule = await openRule(tx, bus.name, input.Rule);
  refuseManaged(tx, rule, input.Force === true);
  const targets = rule.targets.filter(({ Id }) => !input.Ids.includes(Id));
  await putRule(tx, { ...rule, targets });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

export async function listTargetsByRule(
  input: Input<"ListTargetsByRule">,
  caller: Transaction,
): Promise<Output<"ListTargetsByRule">> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Rule);
  const rule = await tx.get(Rule, bus.name, input.Rule);
  if (rule === undefined) throw ruleNotFound(bus.name, input.Rule);
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken) || 0;
  const until = from + (input.Limit ?? 100);
  const Targets: readonly Target[] = rule.targets.slice(from, until);
  return { Targets, ...(until < rule.targets.length ? { NextToken: String(until) } : {}) };
}
