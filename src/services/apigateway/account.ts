// The account's settings in a region: the role that writes logs.

import { defineResource } from "../../core/resource.ts";

export interface AccountState {
  readonly key: "account";
  readonly cloudwatchRoleArn?: string | undefined;
}

/** Kept only once something is set. */
export const AccountRecord = defineResource<AccountState>()({
  service: "apigateway",
  type: "account",
  key: (account) => [account.key],
});
