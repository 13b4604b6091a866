// Schedules: when, to which target, and what becomes of them afterwards.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { parseSchedule, type Schedule } from "../../lang/schedule/schedule.ts";
import { ScheduleError } from "../../lang/schedule/schedule-error.ts";
import { isZone } from "../../lang/schedule/zone.ts";
import type {
  FlexibleTimeWindow,
  ScheduleState as State,
  Target,
} from "../../model/generated/scheduler.d.ts";
import { invalid, notFound } from "./model.ts";

export interface ScheduleRecordState {
  readonly groupName: string;
  readonly name: string;
  /** Changes with every update: what is under way for an older edition is dropped. */
  readonly edition: string;
  readonly expression: string;
  readonly timezone: string;
  readonly startDate?: number | undefined;
  readonly endDate?: number | undefined;
  readonly window: FlexibleTimeWindow;
  readonly state: State;
  readonly target: Target;
  readonly description?: string | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly actionAfterCompletion: "NONE" | "DELETE";
  readonly clientToken?: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export const ScheduleRecord = defineResource<ScheduleRecordState>()({
  service: "scheduler",
  type: "schedule",
  key: ({ groupName, name }) => [groupName, name],
  arn: (schedule, place) => scheduleArn(place, schedule),
});

export function scheduleArn(
  { region, account }: Place,
  { groupName, name }: Pick<ScheduleRecordState, "groupName" | "name">,
): string {
  return `arn:aws:scheduler:${region}:${account}:schedule/${groupName}/${name}`;
}

export async function openSchedule(
  tx: Transaction,
  groupName: string,
  name: string,
): Promise<ScheduleRecordState> {
  const schedule = await tx.get(ScheduleRecord, groupName, name);
  if (schedule === undefined) throw notFound(`Schedule ${name} does not exist.`);
  return schedule;
}

export function readExpression(expression: string, timezone: string): Schedule {
  if (!isZone(timezone)) throw invalid(`Invalid Schedule Expression Timezone: ${timezone}.`);
  try {
    return parseSchedule(expression, { zone: timezone, anyPlural: true });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
}

/** The next moment of a schedule, within its start and end; a rate counts from its start. */
export function nextMoment(schedule: ScheduleRecordState, after: number): number | undefined {
  const { startDate, endDate, createdAt } = schedule;
  const parsed = readExpression(schedule.expression, schedule.timezone);
  if (parsed.kind === "at") return parsed.next(after, 0);
  const from = startDate ?? createdAt;
  // The start itself counts where it is one of the moments.
  const next = parsed.next(Math.max(after, from - 1), from);
  return next !== undefined && endDate !== undefined && next > endDate ? undefined : next;
}
