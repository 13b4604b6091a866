// Access points: made, looked at, listed, deleted.

import { Fault, notImplemented } from "../../../core/fault.ts";
import { rootPrincipal } from "../../../core/principal.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3control, AccessPoint as Shown } from "../../../model/generated/s3control.d.ts";
import {
  AccessPoint,
  AccessPointAlias,
  type AccessPointState,
  accessPointArn,
  checkAccount,
  findPoint,
} from "../access-point.ts";
import { controlFault, type Input, type Output } from "../model.ts";
import { tagsFrom } from "./tags.ts";

const form = /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/;
const mostListed = 1000;

async function createAccessPoint(
  input: Input<"CreateAccessPoint">,
  ctx: Waiting,
): Promise<Output<"CreateAccessPoint">> {
  const { Name: name, Bucket: bucket, BucketAccountId = ctx.account, VpcConfiguration } = input;
  if (input.Scope !== undefined) throw notImplemented("s3control", "access points of directory buckets");
  if (!form.test(name) || /-s3alias$/.test(name)) {
    throw controlFault("InvalidRequest", "The access point name is not valid");
  }
  await checkBucket(ctx, bucket, BucketAccountId);
  return ctx.atomically(async (tx) => {
    checkAccount(tx, input.AccountId);
    const known = await tx.get(AccessPoint, name);
    if (known !== undefined) throw controlFault("AccessPointAlreadyOwnedByYou");
    const alias = `${name.slice(0, 20).replace(/-$/, "")}-${tx.ids.hex(34)}-s3alias`;
    const given = input.PublicAccessBlockConfiguration;
    const tags = tagsFrom(input.Tags ?? []);
    const point: AccessPointState = {
      name,
      bucket,
      bucketAccount: BucketAccountId,
      alias,
      createdAt: tx.now,
      publicAccess: {
        BlockPublicAcls: given === undefined || given.BlockPublicAcls === true,
        IgnorePublicAcls: given === undefined || given.IgnorePublicAcls === true,
        BlockPublicPolicy: given === undefined || given.BlockPublicPolicy === true,
        RestrictPublicBuckets: given === undefined || given.RestrictPublicBuckets === true,
      },
      ...(VpcConfiguration === undefined ? {} : { vpcId: VpcConfiguration.VpcId }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    };
    tx.put(AccessPoint, point);
    tx.put(AccessPointAlias, { alias, account: tx.account, region: tx.region, name });
    return { AccessPointArn: accessPointArn(name, tx), Alias: alias };
  });
}

/** Nobody needs a right to a bucket to make an access point for it; it must be there, and here. */
async function checkBucket(ctx: Waiting, bucket: string, account: string): Promise<void> {
  try {
    await ctx
      .as(rootPrincipal(account))
      .callByName("s3", "HeadBucket", { Bucket: bucket, ExpectedBucketOwner: account });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw error.code === "NoSuchBucket"
      ? controlFault("NoSuchBucket")
      : controlFault("InvalidRequest", "Invalid bucket");
  }
}

async function getAccessPoint(
  input: Input<"GetAccessPoint">,
  tx: Transaction,
): Promise<Output<"GetAccessPoint">> {
  const point = await findPoint(tx, input);
  return {
    ...shown(point, tx),
    PublicAccessBlockConfiguration: point.publicAccess,
    CreationDate: point.createdAt,
    Endpoints: {
      ipv4: `s3-accesspoint.${tx.region}.amazonaws.com`,
      dualstack: `s3-accesspoint.dualstack.${tx.region}.amazonaws.com`,
    },
  };
}

function shown(point: AccessPointState, at: { readonly account: string; readonly region: string }): Shown {
  return {
    Name: point.name,
    NetworkOrigin: point.vpcId === undefined ? "Internet" : "VPC",
    ...(point.vpcId === undefined ? {} : { VpcConfiguration: { VpcId: point.vpcId } }),
    Bucket: point.bucket,
    AccessPointArn: accessPointArn(point.name, at),
    Alias: point.alias,
    BucketAccountId: point.bucketAccount,
  };
}

async function listAccessPoints(
  input: Input<"ListAccessPoints">,
  tx: Transaction,
): Promise<Output<"ListAccessPoints">> {
  checkAccount(tx, input.AccountId);
  const found: Shown[] = [];
  const limit = Math.min(input.MaxResults ?? mostListed, mostListed);
  let cursor = input.NextToken;
  do {
    const page = await tx.list(AccessPoint, { cursor, limit: limit - found.length });
    const wanted = page.values.filter(({ bucket }) => input.Bucket === undefined || bucket === input.Bucket);
    found.push(...wanted.map((point) => shown(point, tx)));
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < limit);
  return { AccessPointList: found, ...(cursor === undefined ? {} : { NextToken: cursor }) };
}

async function deleteAccessPoint(
  input: Input<"DeleteAccessPoint">,
  tx: Transaction,
): Promise<Output<"DeleteAccessPoint">> {
  const point = await findPoint(tx, input);
  tx.delete(AccessPoint, point.name);
  tx.delete(AccessPointAlias, point.alias);
  return {};
}

export const accessPointOperations = {
  CreateAccessPoint: { waits: createAccessPoint },
  GetAccessPoint: getAccessPoint,
  ListAccessPoints: listAccessPoints,
  DeleteAccessPoint: deleteAccessPoint,
} satisfies Operations<S3control>;
