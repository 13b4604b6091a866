// DescribeLimits, DescribeAccountSettings and UpdateAccountSettings.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput,
  DescribeLimitsInput,
  DescribeLimitsOutput,
  MinimumThroughputBillingCommitmentOutput,
  UpdateAccountSettingsInput,
  UpdateAccountSettingsOutput,
} from "../../../model/generated/kinesis.d.ts";
import {
  type AccountSettings,
  AccountSettingsRecord,
  onDemandStreamLimit,
  openShardCount,
  shardLimit,
} from "../account.ts";
import { Stream } from "../stream.ts";

/** A commitment lasts at least so long. */
const commitmentMilliseconds = 24 * 3_600_000;

export async function describeLimits(
  _input: DescribeLimitsInput,
  tx: Transaction,
): Promise<DescribeLimitsOutput> {
  const streams = await tx.all(Stream);
  return {
    ShardLimit: shardLimit,
    OpenShardCount: await openShardCount(tx),
    OnDemandStreamCount: streams.filter(({ mode }) => mode === "ON_DEMAND").length,
    OnDemandStreamCountLimit: onDemandStreamLimit,
  };
}

export async function describeAccountSettings(
  _input: DescribeAccountSettingsInput,
  tx: Transaction,
): Promise<DescribeAccountSettingsOutput> {
  const settings = await tx.get(AccountSettingsRecord);
  return { MinimumThroughputBillingCommitment: commitment(settings, tx.now) };
}

export async function updateAccountSettings(
  input: UpdateAccountSettingsInput,
  tx: Transaction,
): Promise<UpdateAccountSettingsOutput> {
  const current = await tx.get(AccountSettingsRecord);
  const { committedAt } = current ?? {};
  const wanted = input.MinimumThroughputBillingCommitment.Status === "ENABLED";
  let next: AccountSettings = current ?? {};
  if (wanted) next = { committedAt: isCommitted(current, tx.now) ? (committedAt ?? tx.now) : tx.now };
  else if (committedAt !== undefined && next.withdrawnAt === undefined) {
    next = { committedAt, withdrawnAt: tx.now };
  }
  tx.put(AccountSettingsRecord, next);
  return { MinimumThroughputBillingCommitment: commitment(next, tx.now) };
}

function isCommitted(settings: AccountSettings | undefined, now: number): boolean {
  return ["ENABLED", "ENABLED_UNTIL_EARLIEST_ALLOWED_END"].includes(commitment(settings, now).Status);
}

function commitment(
  settings: AccountSettings | undefined,
  now: number,
): MinimumThroughputBillingCommitmentOutput {
  const { committedAt, withdrawnAt } = settings ?? {};
  if (committedAt === undefined) return { Status: "DISABLED" };
  const earliest = committedAt + commitmentMilliseconds;
  if (withdrawnAt === undefined) {
    return { Status: "ENABLED", StartedAt: committedAt, EarliestAllowedEndAt: earliest };
  }
  const end = Math.max(withdrawnAt, earliest);
  if (now < end) {
    return {
      Status: "ENABLED_UNTIL_EARLIEST_ALLOWED_END",
      StartedAt: committedAt,
      EarliestAllowedEndAt: earliest,
    };
  }
  return { Status: "DISABLED", StartedAt: committedAt, EndedAt: end };
}
