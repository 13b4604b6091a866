// Rules: which events of a bus, or which moments, go to which targets.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { RuleState as State, Target } from "../../../model/generated/events.d.ts";
import { defaultBus } from "../buses/bus.ts";
import { notFound } from "../model.ts";

export interface RuleState {
  readonly name: string;
  readonly busName: string;
  readonly arn: string;
  readonly eventPattern?: string | undefined;
  readonly scheduleExpression?: string | undefined;
  readonly state: State;
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  /** The service that made it and alone may change it. */
  readonly managedBy?: string | undefined;
  readonly createdBy: string;
  /** From here a rate counts. */
  readonly scheduledFrom: number;
  /** The archive whose rule this is: events go there. */
  readonly archiveName?: string | undefined;
  readonly targets: readonly Target[];
  readonly tags: Readonly<Record<string, string>>;
}

export const Rule = defineResource<RuleState>()({
  service: "events",
  type: "rule",
  key: (rule) => [rule.busName, rule.name],
  arn: (rule) => rule.arn,
  tags: (rule) => rule.tags,
});

/** Rules of the default bus are named without it. */
export function ruleArn(place: Place, busName: string, name: string): string {
  const path = busName === defaultBus ? name : `${busName}/${name}`;
  return `arn:aws:events:${place.region}:${place.account}:rule/${path}`;
}

export async function openRule(tx: Transaction, busName: string, name: string): Promise<RuleState> {
  const rule = await tx.get(Rule, busName, name);
  if (rule === undefined) throw ruleNotFound(busName, name);
  return rule;
}

export function ruleNotFound(busName: string, name: string) {
  return notFound(`Rule ${name} does not exist on EventBus ${busName}.`);
}

export const isEnabled = (rule: RuleState): boolean => rule.state !== "DISABLED";
