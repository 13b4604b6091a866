// Login profiles: a user's right to sign in to a console. The password is
// checked and not kept, since nothing here signs in with it.

import { defineResource } from "../../../core/resource.ts";
import { nameKey } from "../name.ts";

export interface LoginProfileState {
  readonly user: string;
  readonly resetRequired: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const LoginProfileRecord = defineResource<LoginProfileState>()({
  service: "iam",
  type: "login-profile",
  scope: "account",
  key: (profile) => [nameKey(profile.user)],
});
