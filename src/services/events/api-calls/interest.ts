// Whether a bus's rules could match the events of API calls: only then is core
// asked to tell of calls at all.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { compileEventPattern } from "../../../lang/event-pattern/compile.ts";
import { defaultBus } from "../buses/bus.ts";
import { isEnabled, Rule, type RuleState } from "../rules/rule.ts";

/** There while core tells of calls. */
const InterestRecord = defineResource<{ readonly busName: string }>()({
  service: "events",
  type: "api-call-interest",
  key: ({ busName }) => [busName],
});

export const apiCallType = "AWS API Call via CloudTrail";

/** Called when a rule is put or deleted: `rule` as it is from now on. */
export async function followInterest(tx: Transaction, rule: RuleState | undefined): Promise<void> {
  if (rule !== undefined && rule.busName !== defaultBus) return;
  const wanted = (await tx.get(InterestRecord, defaultBus)) !== undefined;
  if (rule !== undefined && interested(rule)) {
    if (wanted) return;
    tx.put(InterestRecord, { busName: defaultBus });
    tx.observeCalls("events", true);
    return;
  }
  if (!wanted) return;
  for (const each of await tx.all(Rule, [defaultBus])) {
    if (interested(each) && each.name !== rule?.name) return;
  }
  tx.delete(InterestRecord, defaultBus);
  tx.observeCalls("events", false);
}

/** By the fields that every such event has. What cannot be told from them counts as interest. */
export function interested(rule: RuleState): boolean {
  if (rule.eventPattern === undefined || !isEnabled(rule) || rule.archiveName !== undefined) return false;
  const pattern = JSON.parse(rule.eventPattern) as Readonly<Record<string, unknown>>;
  const type = pattern["detail-type"];
  if (type !== undefined && !compileEventPattern({ type })({ type: apiCallType })) return false;
  return mayComeFromService(pattern.source);
}

/** Names of services begin with `aws.`; literals and prefixes that cannot are none. */
function mayComeFromService(source: unknown): boolean {
  if (!Array.isArray(source)) return true;
  return source.some((each: unknown) => {
    if (typeof each === "string") return each.startsWith("aws.");
    const prefix = (each as { readonly prefix?: unknown }).prefix;
    return typeof prefix !== "string" || prefix.startsWith("aws.") || "aws.".startsWith(prefix);
  });
}
