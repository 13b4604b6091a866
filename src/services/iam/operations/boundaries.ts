// Permissions boundaries: how far a user's or role's permissions reach at most.

import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { findOwnRole, RoleRecord } from "../identities/role.ts";
import { findUser, UserRecord } from "../identities/user.ts";
import { cannotBeFound, nothing } from "../model.ts";
import { checkBoundary } from "../policies/policy.ts";

export const boundaryOperations = {
  PutRolePermissionsBoundary: async (input, tx) => {
    const role = await findOwnRole(tx, input.RoleName);
    await checkBoundary(tx, input.PermissionsBoundary);
    tx.put(RoleRecord, { ...role, boundary: input.PermissionsBoundary });
    return nothing;
  },

  DeleteRolePermissionsBoundary: async (input, tx) => {
    const { boundary, ...free } = await findOwnRole(tx, input.RoleName);
    if (boundary === undefined) throw cannotBeFound("permissions boundary of role", input.RoleName);
    tx.put(RoleRecord, free);
    return nothing;
  },

  PutUserPermissionsBoundary: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    await checkBoundary(tx, input.PermissionsBoundary);
    tx.put(UserRecord, { ...user, boundary: input.PermissionsBoundary });
    return nothing;
  },

  DeleteUserPermissionsBoundary: async (input, tx) => {
    const { boundary, ...free } = await findUser(tx, input.UserName);
    if (boundary === undefined) throw cannotBeFound("permissions boundary of user", input.UserName);
    tx.put(UserRecord, free);
    return nothing;
  },
} satisfies Operations<Iam>;
