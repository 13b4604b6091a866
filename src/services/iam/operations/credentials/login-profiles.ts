// Login profiles: the right to sign in with a password.

import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { Iam, LoginProfile } from "../../../../model/generated/iam.d.ts";
import { accountSettings, checkPassword } from "../../account-settings.ts";
import { LoginProfileRecord, type LoginProfileState } from "../../identities/login-profile.ts";
import { findUser, givenOrCaller } from "../../identities/user.ts";
import { alreadyExists, noSuchEntity, nothing, validationError, wholeSecond } from "../../model.ts";
import { nameKey } from "../../name.ts";

export const loginProfileOperations = {
  CreateLoginProfile: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    if ((await tx.get(LoginProfileRecord, nameKey(user.name))) !== undefined) {
      throw alreadyExists(`Login Profile for user ${user.name} already exists.`);
    }
    if (input.Password === undefined) throw validationError("Password is required.");
    checkPassword(input.Password, (await accountSettings(tx)).passwordPolicy);
    const profile: LoginProfileState = {
      user: user.name,
      resetRequired: input.PasswordResetRequired ?? false,
      createdAt: wholeSecond(tx.now),
    };
    tx.put(LoginProfileRecord, profile);
    return { LoginProfile: describe(profile) };
  },

  GetLoginProfile: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    return { LoginProfile: describe(await find(tx, user.name)) };
  },

  UpdateLoginProfile: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const profile = await find(tx, user.name);
    if (input.Password !== undefined) {
      checkPassword(input.Password, (await accountSettings(tx)).passwordPolicy);
    }
    tx.put(LoginProfileRecord, {
      ...profile,
      resetRequired: input.PasswordResetRequired ?? profile.resetRequired,
    });
    return nothing;
  },

  DeleteLoginProfile: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    await find(tx, user.name);
    tx.delete(LoginProfileRecord, nameKey(user.name));
    return nothing;
  },
} satisfies Operations<Iam>;

async function find(tx: Transaction, user: string): Promise<LoginProfileState> {
  const profile = await tx.get(LoginProfileRecord, nameKey(user));
  if (profile === undefined) throw noSuchEntity(`Login Profile for User ${user} cannot be found.`);
  return profile;
}

function describe(profile: LoginProfileState): LoginProfile {
  return {
    UserName: profile.user,
    CreateDate: profile.createdAt,
    PasswordResetRequired: profile.resetRequired,
  };
}
