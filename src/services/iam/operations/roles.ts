// Roles: from CreateRole to DeleteRole.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { profilesOf } from "../identities/instance-profile.ts";
import {
  describeListedRole,
  describeRole,
  findOwnRole,
  findRole,
  isServiceLinked,
  RoleRecord,
  type RoleState,
} from "../identities/role.ts";
import { UserRecord } from "../identities/user.ts";
import { alreadyExists, deleteConflict, invalidInput, nothing, wholeSecond } from "../model.ts";
import { nameKey, parseIamArn } from "../name.ts";
import { storedPage, underPath } from "../paging.ts";
import { attachments } from "../policies/attachment.ts";
import { checkTrust, invalidPrincipal } from "../policies/documents/trust.ts";
import { inlinePolicies } from "../policies/inline-policy.ts";
import { checkBoundary } from "../policies/policy.ts";
import { newTags } from "../tags.ts";

const defaultSessionSeconds = 3600;

export const roleOperations = {
  CreateRole: async (input, tx) => {
    const path = input.Path ?? "/";
    if (isServiceLinked({ path })) {
      throw invalidInput(`The path ${path} is reserved for service-linked roles.`);
    }
    if ((await tx.get(RoleRecord, nameKey(input.RoleName))) !== undefined) {
      throw alreadyExists(`Role with name ${input.RoleName} already exists.`);
    }
    await checkTrustPolicy(tx, input.AssumeRolePolicyDocument);
    if (input.PermissionsBoundary !== undefined) await checkBoundary(tx, input.PermissionsBoundary);
    const role: RoleState = {
      name: input.RoleName,
      path,
      id: tx.ids.unique("AROA"),
      trustPolicy: input.AssumeRolePolicyDocument,
      ...(input.Description ? { description: input.Description } : {}),
      maxSessionSeconds: input.MaxSessionDuration ?? defaultSessionSeconds,
      ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
    };
    tx.put(RoleRecord, role);
    const { RoleLastUsed, ...created } = describeRole(role, tx);
    return { Role: created };
  },

  GetRole: async (input, tx) => ({ Role: describeRole(await findRole(tx, input.RoleName), tx) }),

  ListRoles: async (input, tx) => {
    const { values, end } = await storedPage(tx, RoleRecord, input, {}, underPath(input.PathPrefix));
    return { Roles: values.map((role) => describeListedRole(role, tx)), ...end };
  },

  /** AWS sets the duration back to an hour where the call does not give one; the description it leaves. */
  UpdateRole: async (input, tx) => {
    // The description is the one thing of a service-linked role that its account may change.
    const find = input.MaxSessionDuration === undefined ? findRole : findOwnRole;
    const role = await find(tx, input.RoleName);
    tx.put(RoleRecord, {
      ...withDescription(role, input.Description),
      maxSessionSeconds: input.MaxSessionDuration ?? defaultSessionSeconds,
    });
    return nothing;
  },

  UpdateRoleDescription: async (input, tx) => {
    const role = withDescription(await findRole(tx, input.RoleName), input.Description);
    tx.put(RoleRecord, role);
    return { Role: describeRole(role, tx) };
  },

  UpdateAssumeRolePolicy: async (input, tx) => {
    const role = await findOwnRole(tx, input.RoleName);
    await checkTrustPolicy(tx, input.PolicyDocument);
    tx.put(RoleRecord, { ...role, trustPolicy: input.PolicyDocument });
    return nothing;
  },

  DeleteRole: async (input, tx) => {
    const role = await findOwnRole(tx, input.RoleName);
    const owner = { type: "role", name: role.name } as const;
    if ((await profilesOf(tx, role.name)).length > 0) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    if ((await attachments(tx, owner)).length > 0) {
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    }
    if ((await inlinePolicies(tx, owner)).length > 0) {
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    }
    tx.delete(RoleRecord, nameKey(role.name));
    return nothing;
  },
} satisfies Operations<Iam>;

function withDescription(role: RoleState, description: string | undefined): RoleState {
  if (description === undefined) return role;
  const { description: _, ...rest } = role;
  return description === "" ? rest : { ...rest, description };
}

/** Users and roles of this account that a trust policy names must exist; those of other accounts may live elsewhere. */
async function checkTrustPolicy(tx: Transaction, document: string): Promise<void> {
  for (const arn of checkTrust(document)) {
    const user = parseIamArn(arn, "user");
    const named = user ?? parseIamArn(arn, "role");
    if (named === undefined || named.account !== tx.account) continue;
    const entity = await tx.get(user === undefined ? RoleRecord : UserRecord, nameKey(named.name));
    if (entity?.path !== named.path) throw invalidPrincipal("AWS", arn);
  }
}
