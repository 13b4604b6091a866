// Grants, the stuff of access control lists: who may do what with a bucket or
// an object, and what the canned lists are made of
// (docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html).

import type { Grant, Permission } from "../../../model/generated/s3.d.ts";
import { canonicalId } from "../buckets/owner.ts";

const groups = "http://acs.amazonaws.com/groups/";
export const allUsers = `${groups}global/AllUsers`;
export const authenticatedUsers = `${groups}global/AuthenticatedUsers`;
export const logDelivery = `${groups}s3/LogDelivery`;

/** Amazon EC2, which reads bundles of machine images. */
const ec2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

export function isGroup(uri: string): boolean {
  return uri === allUsers || uri === authenticatedUsers || uri === logDelivery;
}

export function toUser(ID: string, Permission: Permission): Grant {
  return { Grantee: { Type: "CanonicalUser", ID }, Permission };
}

export function toGroup(URI: string, Permission: Permission): Grant {
  return { Grantee: { Type: "Group", URI }, Permission };
}

/** What an owner has whose list says nothing else. Accounts, not canonical ids. */
export function ownersOnly(owner: string): readonly Grant[] {
  return [toUser(canonicalId(owner), "FULL_CONTROL")];
}

/** Undefined where there is no such list. */
export function cannedGrants(
  canned: string,
  owner: string,
  bucketOwner: string,
): readonly Grant[] | undefined {
  const own = ownersOnly(owner);
  switch (canned) {
    case "private":
      return own;
    case "public-read":
      return [...own, toGroup(allUsers, "READ")];
    case "public-read-write":
      return [...own, toGroup(allUsers, "READ"), toGroup(allUsers, "WRITE")];
    case "authenticated-read":
      return [...own, toGroup(authenticatedUsers, "READ")];
    case "aws-exec-read":
      return [...own, toUser(ec2, "READ")];
    case "log-delivery-write":
      return [...own, toGroup(logDelivery, "WRITE"), toGroup(logDelivery, "READ_ACP")];
    case "bucket-owner-read":
      return owner === bucketOwner ? own : [...own, toUser(canonicalId(bucketOwner), "READ")];
    case "bucket-owner-full-control":
      return owner === bucketOwner ? own : [...own, toUser(canonicalId(bucketOwner), "FULL_CONTROL")];
    default:
      return undefined;
  }
}

export function isPublicGrant({ Grantee }: Grant): boolean {
  return Grantee?.URI === allUsers || Grantee?.URI === authenticatedUsers;
}

/** Who asks, as grants know it: nobody has no account. */
export interface Grantee {
  readonly account: string | undefined;
  readonly logDelivery: boolean;
}

/** `publicGrants`: whether those to everybody count. */
export function grants(
  list: readonly Grant[],
  wanted: Permission,
  { account, logDelivery: delivers }: Grantee,
  publicGrants: boolean,
): boolean {
  return list.some((grant) => {
    const { Grantee: to, Permission } = grant;
    if (Permission !== wanted && Permission !== "FULL_CONTROL") return false;
    if (to?.URI === allUsers) return publicGrants;
    if (to?.URI === authenticatedUsers) return publicGrants && account !== undefined;
    if (to?.URI === logDelivery) return delivers;
    return account !== undefined && to?.ID === canonicalId(account);
  });
}

/** What a bucket's list can allow, and for the actions on objects what an object's list can. */
const bucketPermissions: Readonly<Record<string, Permission>> = {
  "s3:ListBucket": "READ",
  "s3:ListBucketVersions": "READ",
  "s3:ListBucketMultipartUploads": "READ",
  "s3:PutObject": "WRITE",
  "s3:DeleteObject": "WRITE",
  "s3:DeleteObjectVersion": "WRITE",
  "s3:AbortMultipartUpload": "WRITE",
  "s3:ListMultipartUploadParts": "WRITE",
  "s3:PutObjectTagging": "WRITE",
  "s3:GetBucketAcl": "READ_ACP",
  "s3:PutBucketAcl": "WRITE_ACP",
};

const objectPermissions: Readonly<Record<string, Permission>> = {
  "s3:GetObject": "READ",
  "s3:GetObjectVersion": "READ",
  "s3:GetObjectAcl": "READ_ACP",
  "s3:GetObjectVersionAcl": "READ_ACP",
  "s3:PutObjectAcl": "WRITE_ACP",
  "s3:PutObjectVersionAcl": "WRITE_ACP",
};

export function permissionFor(
  action: string,
): { readonly on: "bucket" | "object"; readonly permission: Permission } | undefined {
  const ofObject = objectPermissions[action];
  if (ofObject !== undefined) return { on: "object", permission: ofObject };
  const ofBucket = bucketPermissions[action];
  return ofBucket === undefined ? undefined : { on: "bucket", permission: ofBucket };
}
