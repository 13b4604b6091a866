// The account's settings: the role that may write to CloudWatch Logs.

import type { Transaction } from "../../../core/transaction.ts";
import { AccountRecord, type AccountState } from "../account.ts";
import { badRequest, type Input, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { type PatchRule, replaceable } from "../patch/rule.ts";

const limits = { burstLimit: 5000, rateLimit: 10_000 };

export async function getAccount(
  _input: Input<"GetAccount">,
  tx: Transaction,
): Promise<Output<"GetAccount">> {
  return shown((await tx.get(AccountRecord, "account")) ?? { key: "account" });
}

const role = (value: string): unknown => {
  if (value === "") return undefined;
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(value)) {
    throw badRequest("The role ARN does not have required permissions set to API Gateway");
  }
  return value;
};

/** Usage plans are on for every account. */
const features: PatchRule = { path: "/features", ops: ["add"], edit: () => undefined };

const rules = patchTable([replaceable("/cloudwatchRoleArn", role, ["replace", "remove"]), features]);

export async function updateAccount(
  { patchOperations }: Input<"UpdateAccount">,
  tx: Transaction,
): Promise<Output<"UpdateAccount">> {
  const before: AccountState = (await tx.get(AccountRecord, "account")) ?? { key: "account" };
  const account = patched(before, patchOperations, rules);
  tx.put(AccountRecord, account);
  return shown(account);
}

function shown({ cloudwatchRoleArn }: AccountState): Output<"GetAccount"> {
  return {
    ...(cloudwatchRoleArn === undefined ? {} : { cloudwatchRoleArn }),
    throttleSettings: limits,
    features: ["UsagePlans"],
    apiKeyVersion: "4",
  };
}
