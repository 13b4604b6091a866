// Schedules: create, get, list, update, delete.

import type { Transaction } from "../../../core/transaction.ts";
import type { ScheduleSummary } from "../../../model/generated/scheduler.d.ts";
import { checkTarget } from "../checks.ts";
import { scheduleNext, unschedule } from "../fire.ts";
import { conflict, type Input, invalid, type Output } from "../model.ts";
import {
  openSchedule,
  readExpression,
  ScheduleRecord,
  type ScheduleRecordState,
  scheduleArn,
} from "../schedule.ts";
import { defaultGroup, openGroup } from "../schedule-group.ts";

type Given = Input<"CreateSchedule">;

const mostPages = 20;

export async function createSchedule(input: Given, tx: Transaction): Promise<Output<"CreateSchedule">> {
  const { Name, GroupName = defaultGroup, ClientToken } = input;
  check(input);
  const group = await openGroup(tx, GroupName);
  if (group.state === "DELETING") throw conflict(`Schedule group ${GroupName} is being deleted.`);
  const existing = await tx.get(ScheduleRecord, GroupName, Name);
  if (existing !== undefined) {
    if (ClientToken !== undefined && existing.clientToken === ClientToken) {
      return { ScheduleArn: scheduleArn(tx, existing) };
    }
    throw conflict(`Schedule ${Name} already exists.`);
  }
  return store(tx, input, tx.now);
}

/** What is not given goes back to its default. */
export async function updateSchedule(
  input: Input<"UpdateSchedule">,
  tx: Transaction,
): Promise<Output<"UpdateSchedule">> {
  check(input);
  const existing = await openSchedule(tx, input.GroupName ?? defaultGroup, input.Name);
  return store(tx, input, existing.createdAt);
}

function store(tx: Transaction, input: Given, createdAt: number): { readonly ScheduleArn: string } {
  const schedule: ScheduleRecordState = {
    groupName: input.GroupName ?? defaultGroup,
    name: input.Name,
    edition: tx.ids.hex(16),
    expression: input.ScheduleExpression,
    timezone: input.ScheduleExpressionTimezone ?? "UTC",
    startDate: input.StartDate,
    endDate: input.EndDate,
    window: input.FlexibleTimeWindow,
    state: input.State ?? "ENABLED",
    target: input.Target,
    description: input.Description,
    kmsKeyArn: input.KmsKeyArn,
    actionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
    clientToken: input.ClientToken,
    createdAt,
    modifiedAt: tx.now,
  };
  tx.put(ScheduleRecord, schedule);
  scheduleNext(tx, schedule, tx.now);
  return { ScheduleArn: scheduleArn(tx, schedule) };
}

function check(input: Given): void {
  const { FlexibleTimeWindow: window, StartDate, EndDate } = input;
  readExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? "UTC");
  if (window.Mode === "FLEXIBLE" && window.MaximumWindowInMinutes === undefined) {
    throw invalid("A maximum window must be provided when the flexible time window mode is FLEXIBLE.");
  }
  if (window.Mode === "OFF" && window.MaximumWindowInMinutes !== undefined) {
    throw invalid("A maximum window must not be provided when the flexible time window mode is OFF.");
  }
  if (StartDate !== undefined && EndDate !== undefined && StartDate >= EndDate) {
    throw invalid("The StartDate must come before the EndDate.");
  }
  checkTarget(input.Target);
}

export async function getSchedule(
  { Name, GroupName = defaultGroup }: Input<"GetSchedule">,
  tx: Transaction,
): Promise<Output<"GetSchedule">> {
  await openGroup(tx, GroupName);
  const schedule = await openSchedule(tx, GroupName, Name);
  return {
    ActionAfterCompletion: schedule.actionAfterCompletion,
    Arn: scheduleArn(tx, schedule),
    CreationDate: schedule.createdAt,
    Description: schedule.description,
    EndDate: schedule.endDate,
    FlexibleTimeWindow: schedule.window,
    GroupName: schedule.groupName,
    KmsKeyArn: schedule.kmsKeyArn,
    LastModificationDate: schedule.modifiedAt,
    Name: schedule.name,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    StartDate: schedule.startDate,
    State: schedule.state,
    // A retry policy is shown even where none was given.
    Target: {
      ...schedule.target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: 86_400,
        MaximumRetryAttempts: 185,
        ...schedule.target.RetryPolicy,
      },
    },
  };
}

export async function listSchedules(
  { GroupName, NamePrefix, State, MaxResults = 100, NextToken }: Input<"ListSchedules">,
  tx: Transaction,
): Promise<Output<"ListSchedules">> {
  if (GroupName !== undefined) await openGroup(tx, GroupName);
  const found: ScheduleSummary[] = [];
  let cursor = NextToken;
  let pages = 0;
  // Pages may hold few that fit; the reading ends with the first that holds any, or after so many that hold none.
  do {
    const page = await tx.list(ScheduleRecord, {
      ...(GroupName === undefined ? {} : { prefix: [GroupName], startsWith: NamePrefix }),
      cursor,
      limit: MaxResults,
    });
    for (const schedule of page.values) {
      if (NamePrefix !== undefined && !schedule.name.startsWith(NamePrefix)) continue;
      if (State !== undefined && schedule.state !== State) continue;
      found.push(summary(tx, schedule));
    }
    cursor = page.cursor;
  } while (cursor !== undefined && found.length === 0 && ++pages < mostPages);
  return { Schedules: found, ...(cursor === undefined ? {} : { NextToken: cursor }) };
}

function summary(tx: Transaction, schedule: ScheduleRecordState): ScheduleSummary {
  return {
    Arn: scheduleArn(tx, schedule),
    CreationDate: schedule.createdAt,
    GroupName: schedule.groupName,
    LastModificationDate: schedule.modifiedAt,
    Name: schedule.name,
    State: schedule.state,
    Target: { Arn: schedule.target.Arn },
  };
}

export async function deleteSchedule(
  { Name, GroupName = defaultGroup }: Input<"DeleteSchedule">,
  tx: Transaction,
): Promise<Output<"DeleteSchedule">> {
  const schedule = await openSchedule(tx, GroupName, Name);
  unschedule(tx, schedule);
  tx.delete(ScheduleRecord, GroupName, Name);
  return {};
}
