// Amazon EventBridge Scheduler: a moment, a target, a role. What differs from
// AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Scheduler } from "../../model/generated/scheduler.d.ts";
import { fireSchedules, retryTargets } from "./fire.ts";
import { scheduler } from "./model.ts";
import {
  createScheduleGroup,
  deleteScheduleGroup,
  emptyGroup,
  getScheduleGroup,
  listScheduleGroups,
  listTagsForResource,
  tagResource,
  untagResource,
} from "./operations/groups.ts";
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  updateSchedule,
} from "./operations/schedules.ts";
import { scheduleGroupType, scheduleType } from "./resource-types/schedule.ts";
import { ScheduleRecord } from "./schedule.ts";
import { Group } from "./schedule-group.ts";
import { universalTarget } from "./universal.ts";

export default defineService<Scheduler>({
  model: scheduler,
  resourceTypes: [scheduleGroupType, scheduleType],
  resources: [ScheduleRecord, Group],
  operations: {
    CreateSchedule: createSchedule,
    GetSchedule: getSchedule,
    ListSchedules: listSchedules,
    UpdateSchedule: updateSchedule,
    DeleteSchedule: deleteSchedule,
    CreateScheduleGroup: createScheduleGroup,
    GetScheduleGroup: getScheduleGroup,
    ListScheduleGroups: listScheduleGroups,
    DeleteScheduleGroup: deleteScheduleGroup,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  },
  jobs: [fireSchedules, retryTargets, emptyGroup],
  targets: [universalTarget],
});
