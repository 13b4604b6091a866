// Schedule groups: create, get, list, delete, and their tags. A group that is
// deleted takes its schedules along, some at a time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ScheduleGroupSummary, Tag } from "../../../model/generated/scheduler.d.ts";
import { unschedule } from "../fire.ts";
import { conflict, type Input, invalid, notFound, type Output } from "../model.ts";
import { ScheduleRecord } from "../schedule.ts";
import { defaultGroup, Group, type GroupState, groupArn, openGroup } from "../schedule-group.ts";

const mostTags = 200;
const deletedAtOnce = 200;

export async function createScheduleGroup(
  { Name, Tags, ClientToken }: Input<"CreateScheduleGroup">,
  tx: Transaction,
): Promise<Output<"CreateScheduleGroup">> {
  const existing = await tx.get(Group, Name);
  if (existing !== undefined && ClientToken !== undefined && existing.clientToken === ClientToken) {
    return { ScheduleGroupArn: existing.arn };
  }
  if (existing !== undefined || Name === defaultGroup)
    throw conflict(`Schedule group ${Name} already exists.`);
  const group: GroupState = {
    name: Name,
    arn: groupArn(tx, Name),
    state: "ACTIVE",
    createdAt: tx.now,
    modifiedAt: tx.now,
    clientToken: ClientToken,
    tags: tagsOf(Tags),
  };
  tx.put(Group, group);
  return { ScheduleGroupArn: group.arn };
}

export async function getScheduleGroup(
  { Name }: Input<"GetScheduleGroup">,
  tx: Transaction,
): Promise<Output<"GetScheduleGroup">> {
  return shown(await openGroup(tx, Name));
}

export async function listScheduleGroups(
  { NamePrefix, MaxResults = 100, NextToken }: Input<"ListScheduleGroups">,
  tx: Transaction,
): Promise<Output<"ListScheduleGroups">> {
  const page = await tx.list(Group, { startsWith: NamePrefix, cursor: NextToken, limit: MaxResults });
  const groups = [...page.values];
  // The default group is there even if nothing of it was ever stored.
  const fits = defaultGroup.startsWith(NamePrefix ?? "");
  if (NextToken === undefined && fits && !groups.some(({ name }) => name === defaultGroup)) {
    groups.unshift(await openGroup(tx, defaultGroup));
  }
  return {
    ScheduleGroups: groups.map(shown),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}

export async function deleteScheduleGroup(
  { Name }: Input<"DeleteScheduleGroup">,
  tx: Transaction,
): Promise<Output<"DeleteScheduleGroup">> {
  if (Name === defaultGroup) throw invalid("The default schedule group cannot be deleted.");
  const group = await openGroup(tx, Name);
  tx.put(Group, { ...group, state: "DELETING", modifiedAt: tx.now });
  tx.enqueue(emptyGroup, { name: Name });
  return {};
}

export const emptyGroup = defineJob<{ readonly name: string }>({
  name: "scheduler.emptyGroup",
  run: async ({ name }, tx) => {
    const { values } = await tx.list(ScheduleRecord, { prefix: [name], limit: deletedAtOnce });
    for (const schedule of values) {
      unschedule(tx, schedule);
      tx.delete(ScheduleRecord, schedule.groupName, schedule.name);
    }
    if (values.length === deletedAtOnce) tx.enqueue(emptyGroup, { name });
    else tx.delete(Group, name);
  },
});

function shown(group: GroupState): ScheduleGroupSummary {
  return {
    Arn: group.arn,
    // The default group was there before anybody looked.
    CreationDate: group.createdAt || undefined,
    LastModificationDate: group.modifiedAt || undefined,
    Name: group.name,
    State: group.state,
  };
}

export async function tagResource(
  { ResourceArn, Tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  return retag(tx, ResourceArn, (tags) => ({ ...tags, ...tagsOf(Tags) }));
}

export async function untagResource(
  { ResourceArn, TagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  return retag(tx, ResourceArn, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
  );
}

export async function listTagsForResource(
  { ResourceArn }: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  const { tags } = await tagged(tx, ResourceArn);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

type Tags = Readonly<Record<string, string>>;

async function retag(tx: Transaction, arn: string, edit: (tags: Tags) => Tags): Promise<object> {
  const group = await tagged(tx, arn);
  const tags = edit(group.tags);
  if (Object.keys(tags).length > mostTags) throw invalid(`A resource can have at most ${mostTags} tags.`);
  tx.put(Group, { ...group, createdAt: group.createdAt || tx.now, tags, modifiedAt: tx.now });
  return {};
}

/** Only groups have tags. */
async function tagged(tx: Transaction, arn: string): Promise<GroupState> {
  const [, , service, , , resource = ""] = arn.split(":");
  const [type, name] = resource.split("/");
  if (service !== "scheduler" || type !== "schedule-group" || name === undefined) {
    throw notFound(`Resource ${arn} does not exist.`);
  }
  return openGroup(tx, name);
}

function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
