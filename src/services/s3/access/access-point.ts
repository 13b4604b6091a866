// Buckets by other names: access points, which S3 Control keeps. A request
// through one needs the access point's policy as well as the bucket's
// (docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html).

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";

/** What is read here of S3 Control's record. */
interface AccessPointView {
  readonly name: string;
  readonly bucket: string;
  readonly vpcId?: string;
  readonly policy?: string;
  readonly publicAccess: { readonly RestrictPublicBuckets: boolean };
}

const AccessPoint = defineResource<AccessPointView>()({
  service: "s3control",
  type: "access-point",
  key: (point): readonly [string] => [point.name],
});

const AccessPointAlias = defineResource<{
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

export interface Through extends AccessPointView {
  readonly account: string;
  readonly arn: string;
}

/** By ARN, by alias, or as `name-123456789012`, the form of its host; undefined where there is none. */
export async function accessPointNamed(tx: Transaction, name: string): Promise<Through | undefined> {
  const place = await placeNamed(tx, name);
  if (place === undefined) return undefined;
  const point = await tx.at(place).get(AccessPoint, place.name);
  if (point === undefined) return undefined;
  const { account, region } = place;
  return { ...point, account, arn: `arn:aws:s3:${region}:${account}:accesspoint/${point.name}` };
}

async function placeNamed(
  tx: Transaction,
  name: string,
): Promise<{ readonly account: string; readonly region: string; readonly name: string } | undefined> {
  if (name.endsWith("-s3alias")) return tx.get(AccessPointAlias, name);
  const arn = /^arn:aws[a-z-]*:s3:([^:]+):(\d{12}):accesspoint[/:]([^/]+)$/.exec(name);
  if (arn !== null) return { region: arn[1]!, account: arn[2]!, name: arn[3]! };
  const host = /^(.+)-(\d{12})$/.exec(name);
  return host === null ? undefined : { region: tx.region, account: host[2]!, name: host[1]! };
}
