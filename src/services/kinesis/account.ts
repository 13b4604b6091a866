// What an account may have in a region, and its settings.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { limitExceeded } from "./faults.ts";

export const shardLimit = 20_000;
export const onDemandStreamLimit = 50;

export interface AccountSettings {
  /** The commitment to a minimum throughput: when it was made, and when it was withdrawn. */
  readonly committedAt?: number;
  readonly withdrawnAt?: number;
}

/** One record a region. */
export const AccountSettingsRecord = defineResource<AccountSettings>()({
  service: "kinesis",
  type: "account-settings",
  key: () => [],
});

export function openShardCount(tx: Transaction): Promise<number> {
  return Promise.resolve(tx.raw.count(tx.key("kinesis", "open-shards")));
}

export function countOpenShards(tx: Transaction, more: number): void {
  if (more !== 0) tx.raw.add(tx.key("kinesis", "open-shards"), more);
}

export async function checkShardLimit(tx: Transaction, more: number): Promise<void> {
  const current = await openShardCount(tx);
  if (current + more <= shardLimit) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${tx.account} in ${tx.region}. Current shard count for the account: ${current}. Limit: ${shardLimit}. Number of additional shards that would have resulted from this request: ${more}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  );
}
