// Schedule groups. Every account and region has the one named `default`.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { ScheduleGroupState as State } from "../../model/generated/scheduler.d.ts";
import { notFound } from "./model.ts";

export interface GroupState {
  readonly name: string;
  readonly arn: string;
  readonly state: State;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly clientToken?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const Group = defineResource<GroupState>()({
  service: "scheduler",
  type: "schedule-group",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
  cached: true,
});

export const defaultGroup = "default";

export function groupArn(place: Place, name: string): string {
  return `arn:aws:scheduler:${place.region}:${place.account}:schedule-group/${name}`;
}

export async function openGroup(tx: Transaction, name: string): Promise<GroupState> {
  const group = await tx.get(Group, name);
  if (group !== undefined) return group;
  if (name !== defaultGroup) throw notFound(`Schedule group ${name} does not exist.`);
  return { name, arn: groupArn(tx, name), state: "ACTIVE", createdAt: 0, modifiedAt: 0, tags: {} };
}
