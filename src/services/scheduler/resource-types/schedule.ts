// AWS::Scheduler::Schedule and ScheduleGroup: the properties are the
// operations' own, but for dates, which templates write as text.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { scheduler } from "../model.ts";

interface ScheduleProperties {
  readonly Name: string;
  readonly EndDate?: string;
  readonly GroupName?: string;
  readonly StartDate?: string;
  readonly [name: string]: unknown;
}

function moment(text: string): number {
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at)) throw new ResourceFailure(`${text} is not a date`);
  return at;
}

function input({ StartDate, EndDate, ...rest }: ScheduleProperties): Properties {
  return {
    ...rest,
    ...(StartDate === undefined ? {} : { StartDate: moment(StartDate) }),
    ...(EndDate === undefined ? {} : { EndDate: moment(EndDate) }),
  };
}

export const scheduleType = defineResourceType<ScheduleProperties>({
  type: "AWS::Scheduler::Schedule",
  name: { property: "Name" },
  create: async (properties, at) => {
    const { ScheduleArn } = await at.call(scheduler, "CreateSchedule", {
      ...input(properties),
      ClientToken: at.token,
    });
    return { id: properties.Name, attributes: { Arn: ScheduleArn } };
  },
  read: async (Name, at, { GroupName }) => {
    const found = await unlessMissing(at.call(scheduler, "GetSchedule", { Name, GroupName }));
    return found === undefined
      ? undefined
      : pick(
          found,
          "Arn",
          "Description",
          "FlexibleTimeWindow",
          "GroupName",
          "KmsKeyArn",
          "Name",
          "ScheduleExpression",
          "ScheduleExpressionTimezone",
          "State",
          "Target",
        );
  },
  update: async (Name, after, before, at) => {
    if (after.GroupName === before.GroupName) {
      await at.call(scheduler, "UpdateSchedule", input(after));
      return undefined;
    }
    // A schedule belongs to its group: in another it is another one of the same name.
    const { ScheduleArn } = await at.call(scheduler, "CreateSchedule", input(after));
    await unlessMissing(at.call(scheduler, "DeleteSchedule", { Name, GroupName: before.GroupName }));
    return { attributes: { Arn: ScheduleArn } };
  },
  delete: async (Name, { GroupName }, at) => {
    await at.call(scheduler, "DeleteSchedule", { Name, GroupName });
  },
});

interface GroupProperties {
  readonly Name: string;
  readonly Tags?: readonly Tag[];
}

const pauseMilliseconds = 100;

async function gone(Name: string, at: ResourceContext): Promise<void> {
  while ((await unlessMissing(at.ctx.call(scheduler, "GetScheduleGroup", { Name }))) !== undefined) {
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the schedule group was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

export const scheduleGroupType = defineResourceType<GroupProperties>({
  type: "AWS::Scheduler::ScheduleGroup",
  name: { property: "Name" },
  create: async (properties, at) => {
    const { ScheduleGroupArn } = await at.call(scheduler, "CreateScheduleGroup", {
      ...properties,
      ClientToken: at.token,
    });
    return { id: properties.Name, attributes: { Arn: ScheduleGroupArn } };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(scheduler, "GetScheduleGroup", { Name }));
    return found === undefined ? undefined : pick(found, "Name", "Arn", "State");
  },
  update: async (Name, after, before, at) => {
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const ResourceArn = `arn:aws:scheduler:${at.region}:${at.account}:schedule-group/${Name}`;
    if (remove.length > 0) await at.call(scheduler, "UntagResource", { ResourceArn, TagKeys: remove });
    if (set.length > 0) await at.call(scheduler, "TagResource", { ResourceArn, Tags: set });
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(scheduler, "DeleteScheduleGroup", { Name });
    await gone(Name, at);
  },
});
