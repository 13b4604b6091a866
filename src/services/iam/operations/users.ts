// Users: from CreateUser to DeleteUser.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam, User } from "../../../model/generated/iam.d.ts";
import { accessKeys, moveAccessKeys } from "../identities/access-key.ts";
import { MembershipRecord } from "../identities/group.ts";
import { LoginProfileRecord } from "../identities/login-profile.ts";
import { devicesOf } from "../identities/mfa-device.ts";
import { moveMemberships, moveOwner, moveSignIn } from "../identities/rename.ts";
import { serviceCredentials } from "../identities/service-credential.ts";
import { signingCertificates } from "../identities/signing-certificate.ts";
import { sshKeys } from "../identities/ssh-key.ts";
import {
  describeListedUser,
  describeUser,
  findUser,
  givenOrCaller,
  UserRecord,
  type UserState,
} from "../identities/user.ts";
import { alreadyExists, deleteConflict, nothing, wholeSecond } from "../model.ts";
import { nameKey } from "../name.ts";
import { storedPage, underPath } from "../paging.ts";
import { attachments } from "../policies/attachment.ts";
import { inlinePolicies } from "../policies/inline-policy.ts";
import { checkBoundary } from "../policies/policy.ts";
import { newTags } from "../tags.ts";

export const userOperations = {
  CreateUser: async (input, tx) => {
    await checkFree(tx, input.UserName);
    if (input.PermissionsBoundary !== undefined) await checkBoundary(tx, input.PermissionsBoundary);
    const user: UserState = {
      name: input.UserName,
      path: input.Path ?? "/",
      id: tx.ids.unique("AIDA"),
      ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
    };
    tx.put(UserRecord, user);
    return { User: describeUser(user, tx) };
  },

  GetUser: async (input, tx) => {
    if (input.UserName === undefined && tx.principal.type === "root") return { User: rootUser(tx) };
    return { User: describeUser(await givenOrCaller(tx, input.UserName), tx) };
  },

  ListUsers: async (input, tx) => {
    const { values, end } = await storedPage(tx, UserRecord, input, {}, underPath(input.PathPrefix));
    return { Users: values.map((user) => describeListedUser(user, tx)), ...end };
  },

  UpdateUser: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const moved = { ...user, name: input.NewUserName ?? user.name, path: input.NewPath ?? user.path };
    if (nameKey(moved.name) !== nameKey(user.name)) {
      await checkFree(tx, moved.name);
      tx.delete(UserRecord, nameKey(user.name));
    }
    tx.put(UserRecord, moved);
    await moveAccessKeys(tx, user, moved);
    if (moved.name !== user.name) {
      await moveOwner(tx, { type: "user", name: user.name }, moved.name);
      await moveMemberships(tx, await memberships(tx, user.name), { user: moved.name });
      await moveSignIn(tx, user.name, moved.name);
    }
    return nothing;
  },

  DeleteUser: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const owner = { type: "user", name: user.name } as const;
    const key = nameKey(user.name);
    const left: readonly (readonly [unknown, string])[] = [
      [(await attachments(tx, owner))[0], "detach all policies"],
      [(await inlinePolicies(tx, owner))[0], "delete policies"],
      [(await accessKeys(tx, user.name))[0], "delete access keys"],
      [(await memberships(tx, user.name))[0], "remove users from group"],
      [(await devicesOf(tx, user.name))[0], "delete MFA device"],
      [(await sshKeys(tx, user.name))[0], "delete SSH public keys"],
      [(await signingCertificates(tx, user.name))[0], "delete signing certificates"],
      [(await serviceCredentials(tx, user.name))[0], "delete service specific credentials"],
      [await tx.get(LoginProfileRecord, key), "delete login profile"],
    ];
    for (const [found, first] of left) {
      if (found !== undefined) throw deleteConflict(`Cannot delete entity, must ${first} first.`);
    }
    tx.delete(UserRecord, key);
    return nothing;
  },
} satisfies Operations<Iam>;

async function checkFree(tx: Transaction, name: string): Promise<void> {
  if ((await tx.get(UserRecord, nameKey(name))) === undefined) return;
  throw alreadyExists(`User with name ${name} already exists.`);
}

function memberships(tx: Transaction, user: string) {
  return tx.all(MembershipRecord, [nameKey(user)]);
}

/** The root has neither name nor path, though the model requires them. */
function rootUser(tx: Transaction): User {
  const root = { UserId: tx.account, Arn: `arn:aws:iam::${tx.account}:root`, CreateDate: 0 };
  return root as User;
}
