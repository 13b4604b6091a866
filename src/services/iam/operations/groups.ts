// Groups and their members.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import {
  describeGroup,
  findGroup,
  GroupRecord,
  type GroupState,
  MembershipRecord,
  members,
} from "../identities/group.ts";
import { moveMemberships, moveOwner } from "../identities/rename.ts";
import { describeListedUser, findUser } from "../identities/user.ts";
import { alreadyExists, deleteConflict, nothing, quotaExceeded, wholeSecond } from "../model.ts";
import { nameKey } from "../name.ts";
import { storedPage, underPath } from "../paging.ts";
import { attachments } from "../policies/attachment.ts";
import { inlinePolicies } from "../policies/inline-policy.ts";

const groupsPerUser = 10;

export const groupOperations = {
  CreateGroup: async (input, tx) => {
    await checkFree(tx, input.GroupName);
    const group: GroupState = {
      name: input.GroupName,
      path: input.Path ?? "/",
      id: tx.ids.unique("AGPA"),
      createdAt: wholeSecond(tx.now),
    };
    tx.put(GroupRecord, group);
    return { Group: describeGroup(group, tx) };
  },

  GetGroup: async (input, tx) => {
    const group = await findGroup(tx, input.GroupName);
    const options = { index: "group", prefix: [nameKey(group.name)] };
    const { values, end } = await storedPage(tx, MembershipRecord, input, options);
    const users = await Promise.all(values.map((membership) => findUser(tx, membership.user)));
    return {
      Group: describeGroup(group, tx),
      Users: users.map((user) => describeListedUser(user, tx)),
      ...end,
    };
  },

  ListGroups: async (input, tx) => {
    const { values, end } = await storedPage(tx, GroupRecord, input, {}, underPath(input.PathPrefix));
    return { Groups: values.map((group) => describeGroup(group, tx)), ...end };
  },

  UpdateGroup: async (input, tx) => {
    const group = await findGroup(tx, input.GroupName);
    const moved = { ...group, name: input.NewGroupName ?? group.name, path: input.NewPath ?? group.path };
    if (nameKey(moved.name) !== nameKey(group.name)) {
      await checkFree(tx, moved.name);
      tx.delete(GroupRecord, nameKey(group.name));
    }
    tx.put(GroupRecord, moved);
    if (moved.name !== group.name) {
      await moveOwner(tx, { type: "group", name: group.name }, moved.name);
      await moveMemberships(tx, await members(tx, group.name), { group: moved.name });
    }
    return nothing;
  },

  DeleteGroup: async (input, tx) => {
    const group = await findGroup(tx, input.GroupName);
    const owner = { type: "group", name: group.name } as const;
    if ((await members(tx, group.name)).length > 0) {
      throw deleteConflict("Cannot delete entity, must remove users from group first.");
    }
    if ((await attachments(tx, owner)).length > 0) {
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    }
    if ((await inlinePolicies(tx, owner)).length > 0) {
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    }
    tx.delete(GroupRecord, nameKey(group.name));
    return nothing;
  },

  AddUserToGroup: async (input, tx) => {
    const group = await findGroup(tx, input.GroupName);
    const user = await findUser(tx, input.UserName);
    const joined = await tx.all(MembershipRecord, [nameKey(user.name)]);
    if (joined.some((membership) => nameKey(membership.group) === nameKey(group.name))) return nothing;
    if (joined.length >= groupsPerUser) throw quotaExceeded("GroupsPerUser", groupsPerUser);
    tx.put(MembershipRecord, { user: user.name, group: group.name });
    return nothing;
  },

  RemoveUserFromGroup: async (input, tx) => {
    const group = await findGroup(tx, input.GroupName);
    const user = await findUser(tx, input.UserName);
    tx.delete(MembershipRecord, nameKey(user.name), nameKey(group.name));
    return nothing;
  },

  ListGroupsForUser: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const { values, end } = await storedPage(tx, MembershipRecord, input, { prefix: [nameKey(user.name)] });
    const groups = await Promise.all(values.map((membership) => findGroup(tx, membership.group)));
    return { Groups: groups.map((group) => describeGroup(group, tx)), ...end };
  },
} satisfies Operations<Iam>;

async function checkFree(tx: Transaction, name: string): Promise<void> {
  if ((await tx.get(GroupRecord, nameKey(name))) === undefined) return;
  throw alreadyExists(`Group with name ${name} already exists.`);
}
