// Instance profiles, and the role each holds.

import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import {
  describeProfile,
  findProfile,
  InstanceProfileRecord,
  type InstanceProfileState,
} from "../identities/instance-profile.ts";
import { findRole } from "../identities/role.ts";
import {
  alreadyExists,
  cannotBeFound,
  deleteConflict,
  nothing,
  quotaExceeded,
  wholeSecond,
} from "../model.ts";
import { nameKey } from "../name.ts";
import { storedPage, underPath } from "../paging.ts";
import { newTags } from "../tags.ts";

export const instanceProfileOperations = {
  CreateInstanceProfile: async (input, tx) => {
    const name = input.InstanceProfileName;
    if ((await tx.get(InstanceProfileRecord, nameKey(name))) !== undefined) {
      throw alreadyExists(`Instance Profile ${name} already exists.`);
    }
    const profile: InstanceProfileState = {
      name,
      path: input.Path ?? "/",
      id: tx.ids.unique("AIPA"),
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
    };
    tx.put(InstanceProfileRecord, profile);
    return { InstanceProfile: await describeProfile(tx, profile) };
  },

  GetInstanceProfile: async (input, tx) => {
    const profile = await findProfile(tx, input.InstanceProfileName);
    return { InstanceProfile: await describeProfile(tx, profile) };
  },

  ListInstanceProfiles: async (input, tx) => {
    const page = await storedPage(tx, InstanceProfileRecord, input, {}, underPath(input.PathPrefix));
    const profiles = await Promise.all(page.values.map((profile) => describeProfile(tx, profile)));
    return { InstanceProfiles: profiles.map(({ Tags, ...profile }) => profile), ...page.end };
  },

  ListInstanceProfilesForRole: async (input, tx) => {
    const role = await findRole(tx, input.RoleName);
    const options = { index: "role", prefix: [nameKey(role.name)] };
    const page = await storedPage(tx, InstanceProfileRecord, input, options);
    const profiles = await Promise.all(page.values.map((profile) => describeProfile(tx, profile)));
    return { InstanceProfiles: profiles.map(({ Tags, ...profile }) => profile), ...page.end };
  },

  AddRoleToInstanceProfile: async (input, tx) => {
    const profile = await findProfile(tx, input.InstanceProfileName);
    const role = await findRole(tx, input.RoleName);
    if (profile.role !== undefined) throw quotaExceeded("InstanceSessionsPerInstanceProfile", 1);
    tx.put(InstanceProfileRecord, { ...profile, role: role.name });
    return nothing;
  },

  RemoveRoleFromInstanceProfile: async (input, tx) => {
    const { role, ...empty } = await findProfile(tx, input.InstanceProfileName);
    const named = await findRole(tx, input.RoleName);
    if (role === undefined || nameKey(role) !== nameKey(named.name)) {
      throw cannotBeFound("role", input.RoleName);
    }
    tx.put(InstanceProfileRecord, empty);
    return nothing;
  },

  DeleteInstanceProfile: async (input, tx) => {
    const profile = await findProfile(tx, input.InstanceProfileName);
    if (profile.role !== undefined) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    tx.delete(InstanceProfileRecord, nameKey(profile.name));
    return nothing;
  },
} satisfies Operations<Iam>;
