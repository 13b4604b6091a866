// Access control lists of buckets and objects, ownership of objects, and the
// block of public access.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { announce } from "../notifications/happening.ts";
import { findObject } from "../objects/versions.ts";
import { changeObject } from "../replication/change.ts";
import { checkedGrants, isOwnersOnly, ownershipOf } from "./acl.ts";
import { ownersOnly } from "./grants.ts";

async function putBucketAcl(input: Input<"PutBucketAcl">, tx: Transaction): Promise<Output<"PutBucketAcl">> {
  const bucket = await findBucket(tx, input);
  if ((await ownershipOf(tx, bucket)) === "BucketOwnerEnforced") {
    if (!isOwnersOnly(input, bucket)) throw s3Fault("AccessControlListNotSupported");
    return {};
  }
  writeConfiguration(tx, bucket, "acl", { grants: await checkedGrants(tx, bucket, input, bucket.owner) });
  return {};
}

async function getBucketAcl(input: Input<"GetBucketAcl">, tx: Transaction): Promise<Output<"GetBucketAcl">> {
  const bucket = await findBucket(tx, input);
  const enforced = (await ownershipOf(tx, bucket)) === "BucketOwnerEnforced";
  const acl = enforced ? undefined : await readConfiguration(tx, bucket, "acl");
  return { Owner: ownerOf(bucket.owner), Grants: acl?.grants ?? ownersOnly(bucket.owner) };
}

async function putObjectAcl(input: Input<"PutObjectAcl">, tx: Transaction): Promise<Output<"PutObjectAcl">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  if ((await ownershipOf(tx, bucket)) === "BucketOwnerEnforced") {
    if (!isOwnersOnly(input, bucket)) throw s3Fault("AccessControlListNotSupported");
    return {};
  }
  const acl = await checkedGrants(tx, bucket, input, object.access?.owner ?? bucket.owner);
  await changeObject(tx, bucket, object, { ...object, access: { ...object.access, acl } });
  await announce(tx, bucket, { name: "ObjectAcl:Put", version: object });
  return {};
}

async function getObjectAcl(input: Input<"GetObjectAcl">, tx: Transaction): Promise<Output<"GetObjectAcl">> {
  const bucket = await findBucket(tx, input);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  if ((await ownershipOf(tx, bucket)) === "BucketOwnerEnforced") {
    return { Owner: ownerOf(bucket.owner), Grants: ownersOnly(bucket.owner) };
  }
  const owner = object.access?.owner ?? bucket.owner;
  return { Owner: ownerOf(owner), Grants: object.access?.acl ?? ownersOnly(owner) };
}

async function putBucketOwnershipControls(
  input: Input<"PutBucketOwnershipControls">,
  tx: Transaction,
): Promise<Output<"PutBucketOwnershipControls">> {
  const bucket = await findBucket(tx, input);
  const { Rules } = input.OwnershipControls;
  const [rule] = Rules;
  if (rule === undefined || Rules.length > 1) throw s3Fault("MalformedXML");
  const { ObjectOwnership } = rule;
  if (ObjectOwnership === "BucketOwnerEnforced") {
    const acl = await readConfiguration(tx, bucket, "acl");
    if (acl !== undefined && JSON.stringify(acl.grants) !== JSON.stringify(ownersOnly(bucket.owner))) {
      throw s3Fault("InvalidBucketAclWithObjectOwnership");
    }
  }
  writeConfiguration(tx, bucket, "ownership", { objectOwnership: ObjectOwnership });
  return {};
}

async function getBucketOwnershipControls(
  input: Input<"GetBucketOwnershipControls">,
  tx: Transaction,
): Promise<Output<"GetBucketOwnershipControls">> {
  const bucket = await findBucket(tx, input);
  const found = await readConfiguration(tx, bucket, "ownership");
  if (found === undefined) throw s3Fault("OwnershipControlsNotFoundError", { BucketName: bucket.name });
  return { OwnershipControls: { Rules: [{ ObjectOwnership: found.objectOwnership }] } };
}

async function deleteBucketOwnershipControls(
  input: Input<"DeleteBucketOwnershipControls">,
  tx: Transaction,
): Promise<Output<"DeleteBucketOwnershipControls">> {
  removeConfiguration(tx, await findBucket(tx, input), "ownership");
  return {};
}

async function putPublicAccessBlock(
  input: Input<"PutPublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"PutPublicAccessBlock">> {
  const bucket = await findBucket(tx, input);
  const given = input.PublicAccessBlockConfiguration;
  writeConfiguration(tx, bucket, "publicAccess", {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  });
  return {};
}

async function getPublicAccessBlock(
  input: Input<"GetPublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"GetPublicAccessBlock">> {
  const bucket = await findBucket(tx, input);
  const found = await readConfiguration(tx, bucket, "publicAccess");
  if (found === undefined) throw s3Fault("NoSuchPublicAccessBlockConfiguration", { BucketName: bucket.name });
  return { PublicAccessBlockConfiguration: found };
}

async function deletePublicAccessBlock(
  input: Input<"DeletePublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"DeletePublicAccessBlock">> {
  removeConfiguration(tx, await findBucket(tx, input), "publicAccess");
  return {};
}

export const accessOperations = {
  PutBucketAcl: putBucketAcl,
  GetBucketAcl: getBucketAcl,
  PutObjectAcl: putObjectAcl,
  GetObjectAcl: getObjectAcl,
  PutBucketOwnershipControls: putBucketOwnershipControls,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
  PutPublicAccessBlock: putPublicAccessBlock,
  GetPublicAccessBlock: getPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
} satisfies Operations<S3>;
