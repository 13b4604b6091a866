// Rules as such: put, describe, list, enable, disable, delete.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Rule as ListedRule } from "../../../model/generated/events.d.ts";
import { defaultBus } from "../buses/bus.ts";
import { openBus } from "../buses/open-bus.ts";
import {
  events,
  type Input,
  invalid,
  limitExceeded,
  nextToken,
  nothing,
  type Output,
  present,
} from "../model.ts";
import { readPattern } from "../rules/pattern.ts";
import { openRule, Rule, type RuleState, ruleArn } from "../rules/rule.ts";
import {
  changeRuleCount,
  deleteRule as dropRule,
  mostRules,
  ruleCount,
  putRule as storeRule,
} from "../rules/rule-set.ts";
import { readSchedule, scheduleRule, unscheduleRule } from "../rules/schedule.ts";
import { tagsOf } from "./tags.ts";

export async function putRule(input: Input<"PutRule">, caller: Transaction): Promise<Output<"PutRule">> {
  const { Name: name, EventPattern: eventPattern, ScheduleExpression: scheduleExpression } = input;
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Name);
  if (eventPattern === undefined && scheduleExpression === undefined) {
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (scheduleExpression !== undefined) {
    if (bus.name !== defaultBus)
      throw invalid("ScheduleExpression is supported only on the default event bus.");
    readSchedule(scheduleExpression);
  }
  if (eventPattern !== undefined) readPattern(eventPattern);
  const existing = await tx.get(Rule, bus.name, name);
  if (existing === undefined) {
    if ((await ruleCount(tx, bus.name)) >= mostRules) {
      throw limitExceeded("The requested resource exceeds the maximum number allowed.");
    }
    changeRuleCount(tx, bus.name, 1);
  } else refuseManaged(tx, existing, false);
  const sameSchedule = existing !== undefined && existing.scheduleExpression === scheduleExpression;
  const rule: RuleState = {
    name,
    busName: bus.name,
    arn: ruleArn(tx, bus.name, name),
    eventPattern,
    scheduleExpression,
    state: input.State ?? "ENABLED",
    description: input.Description,
    roleArn: input.RoleArn,
    // Rules that a service makes for itself are its own.
    managedBy: existing?.managedBy ?? tx.principal.service,
    createdBy: existing?.createdBy ?? caller.account,
    scheduledFrom: sameSchedule ? existing.scheduledFrom : tx.now,
    targets: existing?.targets ?? [],
    tags: existing?.tags ?? tagsOf(input.Tags),
  };
  await storeRule(tx, rule);
  scheduleRule(tx, rule);
  return { RuleArn: rule.arn };
}

export async function describeRule(
  input: Input<"DescribeRule">,
  caller: Transaction,
): Promise<Output<"DescribeRule">> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Name);
  const rule = await openRule(tx, bus.name, input.Name);
  return present({ ...described(rule), CreatedBy: rule.createdBy });
}

export async function listRules(
  input: Input<"ListRules">,
  caller: Transaction,
): Promise<Output<"ListRules">> {
  const { bus, tx } = await openBus(caller, input.EventBusName);
  const page = await tx.list(Rule, {
    prefix: [bus.name],
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  return { Rules: page.values.map(described), ...nextToken(page) };
}

function described(rule: RuleState): ListedRule {
  return present({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    State: rule.state,
    Description: rule.description,
    ScheduleExpression: rule.scheduleExpression,
    RoleArn: rule.roleArn,
    ManagedBy: rule.managedBy,
    EventBusName: rule.busName,
  });
}

export async function enableRule(input: Input<"EnableRule">, tx: Transaction): Promise<Output<"EnableRule">> {
  return setState(input, tx, "ENABLED");
}

export async function disableRule(
  input: Input<"DisableRule">,
  tx: Transaction,
): Promise<Output<"DisableRule">> {
  return setState(input, tx, "DISABLED");
}

async function setState(
  input: Input<"EnableRule">,
  caller: Transaction,
  state: "ENABLED" | "DISABLED",
): Promise<Record<string, never>> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Name);
  const rule = await openRule(tx, bus.name, input.Name);
  refuseManaged(tx, rule, false);
  const changed = { ...rule, state, scheduledFrom: state === "ENABLED" ? tx.now : rule.scheduledFrom };
  await storeRule(tx, changed);
  scheduleRule(tx, changed);
  return nothing;
}

/** A rule that is not there is as good as deleted. */
export async function deleteRule(
  input: Input<"DeleteRule">,
  caller: Transaction,
): Promise<Output<"DeleteRule">> {
  const { bus, tx } = await openBus(caller, input.EventBusName, input.Name);
  const rule = await tx.get(Rule, bus.name, input.Name);
  if (rule === undefined) return nothing;
  refuseManaged(tx, rule, input.Force === true);
  if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
  unscheduleRule(tx, rule);
  await dropRule(tx, rule);
  changeRuleCount(tx, bus.name, -1);
  return nothing;
}

/** A managed rule is for the service that made it, and for those who insist. */
export function refuseManaged(tx: Transaction, rule: RuleState, force: boolean): void {
  if (rule.managedBy === undefined || rule.managedBy === tx.principal.service || force) return;
  throw fault(
    events,
    "ManagedRuleException",
    `Rule ${rule.name} is managed by an AWS service can only be modified if force is set to True.`,
  );
}

/** The rules of a bus that have a target with that ARN. */
export async function listRuleNamesByTarget(
  input: Input<"ListRuleNamesByTarget">,
  caller: Transaction,
): Promise<Output<"ListRuleNamesByTarget">> {
  const { bus, tx } = await openBus(caller, input.EventBusName);
  const names: string[] = [];
  const limit = input.Limit ?? 100;
  let cursor = input.NextToken;
  // A page of rules may hold few that fit: pages are as long as asked, or the last.
  do {
    const page = await tx.list(Rule, { prefix: [bus.name], cursor, limit });
    for (const rule of page.values) {
      if (rule.targets.some(({ Arn }) => Arn === input.TargetArn)) names.push(rule.name);
    }
    cursor = page.cursor;
  } while (cursor !== undefined && names.length === 0);
  return { RuleNames: names, ...(cursor === undefined ? {} : { NextToken: cursor }) };
}
