// Groups, and who is in them.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Group } from "../../../model/generated/iam.d.ts";
import { cannotBeFound } from "../model.ts";
import { iamArn, namedArn, nameKey } from "../name.ts";
import { indexed } from "../paging.ts";

export interface GroupState {
  readonly name: string;
  readonly path: string;
  /** `AGPA...` */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface MembershipState {
  readonly group: string;
  readonly user: string;
}

export const GroupRecord = defineResource<GroupState>()({
  service: "iam",
  type: "group",
  scope: "account",
  key: (group) => [nameKey(group.name)],
  arn: groupArn,
  named: (input, place) => namedArn(place, "group", input.GroupName, input.Path),
});

export const MembershipRecord = defineResource<MembershipState>()({
  service: "iam",
  type: "membership",
  scope: "account",
  key: (membership) => [nameKey(membership.user), nameKey(membership.group)],
  indexes: { group: (membership) => [nameKey(membership.group)] },
});

export function groupArn(group: GroupState, place: Pick<Place, "account">): string {
  return iamArn(place, "group", group.path, group.name);
}

export async function findGroup(tx: Transaction, name: string): Promise<GroupState> {
  const group = await tx.get(GroupRecord, nameKey(name));
  if (group === undefined) throw cannotBeFound("group", name);
  return group;
}

export function members(tx: Transaction, group: string): Promise<readonly MembershipState[]> {
  return indexed(tx, MembershipRecord, "group", nameKey(group));
}

export function describeGroup(group: GroupState, place: Place): Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(group, place),
    CreateDate: group.createdAt,
  };
}
