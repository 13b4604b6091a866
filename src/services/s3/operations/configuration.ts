// What is set for a bucket and works here: versioning, the default encryption,
// ownership of objects, the block of public access, access control lists.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3, ServerSideEncryptionRule } from "../../../model/generated/s3.d.ts";
import { checkAcl, ownersGrants } from "../acl.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { ownerOf } from "../buckets/owner.ts";
import { s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { findObject } from "../objects/versions.ts";

async function putBucketVersioning(
  input: Input<"PutBucketVersioning">,
  tx: Transaction,
): Promise<Output<"PutBucketVersioning">> {
  const bucket = await findBucket(tx, input);
  const { MFADelete, Status } = input.VersioningConfiguration;
  if (MFADelete === "Enabled") throw unsupported("MFA delete");
  if (Status === undefined) throw s3Fault("MalformedXML");
  tx.put(Bucket, { ...bucket, versioning: Status });
  return {};
}

async function getBucketVersioning(
  input: Input<"GetBucketVersioning">,
  tx: Transaction,
): Promise<Output<"GetBucketVersioning">> {
  const { versioning } = await findBucket(tx, input);
  return versioning === undefined ? {} : { Status: versioning };
}

const usualEncryption: ServerSideEncryptionRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
  BucketKeyEnabled: false,
};

async function putBucketEncryption(
  input: Input<"PutBucketEncryption">,
  tx: Transaction,
): Promise<Output<"PutBucketEncryption">> {
  const bucket = await findBucket(tx, input);
  const { Rules } = input.ServerSideEncryptionConfiguration;
  const [rule] = Rules;
  if (rule === undefined || Rules.length > 1) throw s3Fault("MalformedXML");
  const byDefault = rule.ApplyServerSideEncryptionByDefault ?? { SSEAlgorithm: "AES256" };
  if (byDefault.SSEAlgorithm !== "AES256") throw unsupported("encryption with KMS keys");
  if (byDefault.KMSMasterKeyID !== undefined) {
    throw s3Fault(
      "InvalidArgument",
      {},
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  }
  writeConfiguration(tx, bucket, "encryption", { Rules: [{ ...usualEncryption, ...rule }] });
  return {};
}

async function getBucketEncryption(
  input: Input<"GetBucketEncryption">,
  tx: Transaction,
): Promise<Output<"GetBucketEncryption">> {
  const found = await readConfiguration(tx, await findBucket(tx, input), "encryption");
  return { ServerSideEncryptionConfiguration: found ?? { Rules: [usualEncryption] } };
}

async function deleteBucketEncryption(
  input: Input<"DeleteBucketEncryption">,
  tx: Transaction,
): Promise<Output<"DeleteBucketEncryption">> {
  removeConfiguration(tx, await findBucket(tx, input), "encryption");
  return {};
}

async function putBucketOwnershipControls(
  input: Input<"PutBucketOwnershipControls">,
  tx: Transaction,
): Promise<Output<"PutBucketOwnershipControls">> {
  const bucket = await findBucket(tx, input);
  const { Rules } = input.OwnershipControls;
  const [rule] = Rules;
  if (rule === undefined || Rules.length > 1) throw s3Fault("MalformedXML");
  writeConfiguration(tx, bucket, "ownership", { objectOwnership: rule.ObjectOwnership });
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

async function putBucketAcl(input: Input<"PutBucketAcl">, tx: Transaction): Promise<Output<"PutBucketAcl">> {
  await checkAcl(tx, await findBucket(tx, input), input);
  return {};
}

async function getBucketAcl(input: Input<"GetBucketAcl">, tx: Transaction): Promise<Output<"GetBucketAcl">> {
  const bucket = await findBucket(tx, input);
  return { Owner: ownerOf(bucket.owner), Grants: ownersGrants(bucket) };
}

async function putObjectAcl(input: Input<"PutObjectAcl">, tx: Transaction): Promise<Output<"PutObjectAcl">> {
  const bucket = await findBucket(tx, input);
  await findObject(tx, bucket, input.Key, input.VersionId);
  await checkAcl(tx, bucket, input);
  return {};
}

async function getObjectAcl(input: Input<"GetObjectAcl">, tx: Transaction): Promise<Output<"GetObjectAcl">> {
  const bucket = await findBucket(tx, input);
  await findObject(tx, bucket, input.Key, input.VersionId);
  return { Owner: ownerOf(bucket.owner), Grants: ownersGrants(bucket) };
}

export const configurationOperations = {
  PutBucketVersioning: putBucketVersioning,
  GetBucketVersioning: getBucketVersioning,
  PutBucketEncryption: putBucketEncryption,
  GetBucketEncryption: getBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
  PutBucketOwnershipControls: putBucketOwnershipControls,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
  PutPublicAccessBlock: putPublicAccessBlock,
  GetPublicAccessBlock: getPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  PutBucketAcl: putBucketAcl,
  GetBucketAcl: getBucketAcl,
  PutObjectAcl: putObjectAcl,
  GetObjectAcl: getObjectAcl,
} satisfies Operations<S3>;
