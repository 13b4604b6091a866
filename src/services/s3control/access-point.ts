// Access points: names of their own for a bucket, each with a policy. What S3
// needs of them it reads here itself.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { PublicAccessBlockConfiguration } from "../../model/generated/s3control.d.ts";
import { controlFault } from "./model.ts";

export interface AccessPointState {
  readonly name: string;
  readonly bucket: string;
  readonly bucketAccount: string;
  readonly alias: string;
  readonly createdAt: number;
  /** Reachable from one VPC only. */
  readonly vpcId?: string;
  readonly publicAccess: Required<PublicAccessBlockConfiguration>;
  readonly policy?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export const AccessPoint = defineResource<AccessPointState>()({
  service: "s3control",
  type: "access-point",
  key: (point): readonly [string] => [point.name],
  arn: (point, at) => accessPointArn(point.name, at),
  named: ({ Name }, at) => (typeof Name === "string" ? accessPointArn(Name, at) : undefined),
  tags: (point) => point.tags ?? {},
});

/** Where the access point is that an alias stands for. */
export const AccessPointAlias = defineResource<{
  readonly alias: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
}>()({
  service: "s3control",
  type: "access-point-alias",
  scope: "global",
  key: (each): readonly [string] => [each.alias],
});

export function accessPointArn(
  name: string,
  at: { readonly account: string; readonly region: string },
): string {
  return `arn:aws:s3:${at.region}:${at.account}:accesspoint/${name}`;
}

/** S3 Control speaks of the caller's own account only. */
export function checkAccount(tx: Transaction, accountId: string): void {
  if (accountId !== tx.account) throw controlFault("AccessDenied");
}

export async function findPoint(
  tx: Transaction,
  { AccountId, Name }: { readonly AccountId: string; readonly Name: string },
): Promise<AccessPointState> {
  checkAccount(tx, AccountId);
  const point = await tx.get(AccessPoint, Name);
  if (point === undefined) throw controlFault("NoSuchAccessPoint");
  return point;
}
