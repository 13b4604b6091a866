// Where an event arrives on a bus: the rules that match are found, archives take
// their copy, and what is to be delivered is stored, all in the transaction of
// whoever sent the event.

import type { Transaction } from "../../../core/transaction.ts";
import { storeInArchive } from "../archives/archived-event.ts";
import { ruleSetOf } from "../rules/rule-set.ts";
import { deliverEvents } from "./deliver.ts";

export interface Arrival {
  readonly text: string;
  /** The parsed text, where the caller has it. */
  readonly value: unknown;
  readonly traceHeader?: string | undefined;
  /** A replay's: only these rules, by ARN. */
  readonly onlyRules?: readonly string[] | undefined;
  /** By a rule of another bus: no rule of this one sends it to a third. */
  readonly forwarded?: boolean;
  /** A call that only reads: for those rules alone that ask for all management events. */
  readonly readOnlyCall?: boolean;
}

/** `tx` looks at the bus's own account and region. */
export async function routeEvent(tx: Transaction, busName: string, arrival: Arrival): Promise<void> {
  const set = await ruleSetOf(tx, busName);
  if (set === undefined) return;
  const { text, value, traceHeader, onlyRules, forwarded, readOnlyCall } = arrival;
  const rules: string[] = [];
  for (const { rule } of set.index.match(value)) {
    if (readOnlyCall === true && rule.state !== "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") continue;
    if (rule.archiveName !== undefined) await storeInArchive(tx, rule.archiveName, text);
    else if (rule.targets.length > 0 && (onlyRules === undefined || onlyRules.includes(rule.arn))) {
      rules.push(rule.name);
    }
  }
  if (rules.length === 0) return;
  tx.enqueue(deliverEvents, {
    busName,
    event: text,
    ingestedAt: tx.now,
    rules,
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(forwarded === true ? { forwarded } : {}),
  });
}
