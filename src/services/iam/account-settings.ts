// What an account has one of: its alias and its password policy.

import { fault } from "../../core/fault.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { PasswordPolicy } from "../../model/generated/iam.d.ts";
import { iam } from "./model.ts";

export interface AccountSettings {
  readonly kind: "settings";
  readonly alias?: string;
  readonly passwordPolicy?: PasswordPolicy;
}

export const AccountSettingsRecord = defineResource<AccountSettings>()({
  service: "iam",
  type: "account-settings",
  scope: "account",
  key: (settings) => [settings.kind],
});

/** Whose an alias is: no two accounts have the same. */
export const AliasRecord = defineResource<{ readonly alias: string; readonly account: string }>()({
  service: "iam",
  type: "account-alias",
  scope: "global",
  key: (record) => [record.alias],
});

export async function accountSettings(tx: Transaction): Promise<AccountSettings> {
  return (await tx.get(AccountSettingsRecord, "settings")) ?? { kind: "settings" };
}

/** The policy of accounts that have none of their own. */
const defaultLength = 8;

/** Throws AWS's fault where the account does not allow the password. */
export function checkPassword(password: string, policy: PasswordPolicy | undefined): void {
  const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].map((form) => form.test(password));
  const [upper, lower, digit, symbol] = classes;
  if (policy === undefined) {
    if (password.length < defaultLength)
      throw violation(`Password should have a minimum length of ${defaultLength}.`);
    if (classes.filter(Boolean).length < 3) {
      throw violation(
        "Password should contain at least three of: uppercase letters, lowercase letters, numbers, symbols.",
      );
    }
    return;
  }
  const minimum = policy.MinimumPasswordLength ?? 6;
  if (password.length < minimum) throw violation(`Password should have a minimum length of ${minimum}.`);
  if (policy.RequireUppercaseCharacters && !upper)
    throw violation("Password should have at least one uppercase letter.");
  if (policy.RequireLowercaseCharacters && !lower)
    throw violation("Password should have at least one lowercase letter.");
  if (policy.RequireNumbers && !digit) throw violation("Password should have at least one number.");
  if (policy.RequireSymbols && !symbol) throw violation("Password should have at least one symbol.");
}

function violation(message: string): Error {
  return fault(iam, "PasswordPolicyViolation", message);
}
