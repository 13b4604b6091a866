// All rules of a bus, compiled. The compiled set is kept in memory under the
// bus's edition, which changes with every change of a rule: reading one small
// key tells whether it still holds.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { compileRuleIndex, type RuleIndex } from "../../../lang/event-pattern/rule-index.ts";
import { followInterest } from "../api-calls/interest.ts";
import { defaultBus } from "../buses/bus.ts";
import { type CompiledTarget, compileTarget } from "../delivery/compiled-target.ts";
import { isEnabled, Rule, type RuleState } from "./rule.ts";

/** Which state of a bus's rules is the present one. Absent: the bus never had a rule. */
interface Edition {
  readonly busName: string;
  readonly id: string;
}

const EditionRecord = defineResource<Edition>()({
  service: "events",
  type: "edition",
  key: ({ busName }) => [busName],
  cached: true,
});

export interface CompiledRule {
  readonly rule: RuleState;
  readonly targets: ReadonlyMap<string, CompiledTarget>;
}

export interface RuleSet {
  /** By name, with the disabled ones: what is under way still goes to them. */
  readonly rules: ReadonlyMap<string, CompiledRule>;
  readonly index: RuleIndex<CompiledRule>;
}

/** Sets live as long as core keeps the edition they belong to. */
const kept = new WeakMap<Edition, RuleSet>();

/** Undefined where the bus never had a rule. */
export async function ruleSetOf(tx: Transaction, busName: string): Promise<RuleSet | undefined> {
  const edition = await tx.get(EditionRecord, busName);
  if (edition === undefined) return undefined;
  const known = kept.get(edition);
  if (known !== undefined) return known;
  const set = compile(await tx.all(Rule, [busName]));
  kept.set(edition, set);
  return set;
}

/** Stores the rule. All changes of rules come through here, so that the edition follows. */
export async function putRule(tx: Transaction, rule: RuleState): Promise<void> {
  tx.put(Rule, rule);
  await renew(tx, rule.busName, rule);
}

export async function deleteRule(tx: Transaction, rule: RuleState): Promise<void> {
  tx.delete(Rule, rule.busName, rule.name);
  await renew(tx, rule.busName);
}

/** `rule`: the one that is there from now on. */
async function renew(tx: Transaction, busName: string, rule?: RuleState): Promise<void> {
  tx.put(EditionRecord, { busName, id: tx.ids.hex(24) });
  if (busName === defaultBus) await followInterest(tx, rule);
}

function compile(rules: readonly RuleState[]): RuleSet {
  const compiled = rules.map(
    (rule): CompiledRule => ({
      rule,
      targets: new Map(rule.targets.map((target) => [target.Id, compileTarget(target)])),
    }),
  );
  const patterns = compiled.flatMap((each) =>
    each.rule.eventPattern === undefined || !isEnabled(each.rule)
      ? []
      : [{ pattern: JSON.parse(each.rule.eventPattern) as Record<string, unknown>, value: each }],
  );
  return {
    rules: new Map(compiled.map((each) => [each.rule.name, each])),
    index: compileRuleIndex(patterns),
  };
}

/** AWS's quota is 300 and raised on request; this is what a busy account is granted. */
export const mostRules = 2000;

export async function ruleCount(tx: Transaction, busName: string): Promise<number> {
  return tx.raw.estimate(tx.key("events", "rule-count", busName));
}

export function changeRuleCount(tx: Transaction, busName: string, delta: number): void {
  tx.raw.add(tx.key("events", "rule-count", busName), delta);
}
