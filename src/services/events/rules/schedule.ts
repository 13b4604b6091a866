// Rules by schedule: one stored run for the next moment of each, which stores
// the one after it.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { parseSchedule, type Schedule } from "../../../lang/schedule/schedule.ts";
import { ScheduleError } from "../../../lang/schedule/schedule-error.ts";
import { deliverEvents } from "../delivery/deliver.ts";
import { eventText } from "../delivery/event.ts";
import { invalid } from "../model.ts";
import { isEnabled, Rule, type RuleState } from "./rule.ts";

interface Tick {
  readonly busName: string;
  readonly rule: string;
  readonly at: number;
}

export const tick = defineJob<Tick>({ name: "events.tick", run: fire });

export function readSchedule(expression: string): Schedule {
  try {
    const schedule = parseSchedule(expression);
    if (schedule.kind !== "at") return schedule;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
  }
  throw invalid("Parameter ScheduleExpression is not valid.");
}

/** Brings the stored run in line with the rule. */
export function scheduleRule(tx: Transaction, rule: RuleState): void {
  const { busName, name, scheduleExpression, scheduledFrom } = rule;
  const at =
    scheduleExpression === undefined || !isEnabled(rule)
      ? undefined
      : readSchedule(scheduleExpression).next(tx.now, scheduledFrom);
  if (at === undefined) unscheduleRule(tx, rule);
  else tx.enqueue(tick, { busName, rule: name, at }, { at, id: tickId(rule) });
}

export function unscheduleRule(tx: Transaction, rule: RuleState): void {
  tx.cancel(tick, tickId(rule));
}

const tickId = ({ busName, name }: RuleState): string => `${busName}/${name}`;

/** Moments that passed while nothing ran are one. */
async function fire({ busName, rule: name, at }: Readonly<Tick>, tx: Transaction): Promise<void> {
  const rule = await tx.get(Rule, busName, name);
  if (rule?.scheduleExpression === undefined || !isEnabled(rule)) return;
  scheduleRule(tx, rule);
  if (rule.targets.length === 0) return;
  const event = eventText({
    id: tx.ids.uuid(),
    detailType: "Scheduled Event",
    source: "aws.events",
    account: tx.account,
    time: at,
    region: tx.region,
    resources: [rule.arn],
    detail: "{}",
  });
  tx.enqueue(deliverEvents, { busName, event, ingestedAt: tx.now, rules: [name] });
}
