// Access control lists as requests give them: canned, as headers, or in XML.
// By default they are switched off, as on AWS
// (docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).

import type { Transaction } from "../../../core/transaction.ts";
import type {
  AccessControlPolicy,
  Grant,
  ObjectOwnership,
  Permission,
} from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { canonicalId } from "../buckets/owner.ts";
import { invalidArgument, invalidRequest, s3Fault } from "../faults.ts";
import type { ObjectAccess } from "../objects/object.ts";
import { cannedGrants, isGroup, isPublicGrant, ownersOnly, toGroup, toUser } from "./grants.ts";
import { publicAccess } from "./public-access.ts";

export interface AclInput {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?: AccessControlPolicy | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const mostGrants = 100;

const headers = [
  ["GrantFullControl", "FULL_CONTROL"],
  ["GrantRead", "READ"],
  ["GrantReadACP", "READ_ACP"],
  ["GrantWrite", "WRITE"],
  ["GrantWriteACP", "WRITE_ACP"],
] as const satisfies readonly (readonly [keyof AclInput, Permission])[];

export function namesAcl(input: AclInput): boolean {
  return (
    input.ACL !== undefined ||
    input.AccessControlPolicy !== undefined ||
    headers.some(([name]) => input[name] !== undefined)
  );
}

export async function ownershipOf(tx: Transaction, bucket: BucketState): Promise<ObjectOwnership> {
  // A bucket whose controls were deleted behaves as all did before there were any.
  return (await readConfiguration(tx, bucket, "ownership"))?.objectOwnership ?? "ObjectWriter";
}

/** Whom a new object belongs to and who else may have it, as part of its record; checked. */
export async function newAccess(
  tx: Transaction,
  bucket: BucketState,
  input: AclInput,
): Promise<{ readonly access?: ObjectAccess }> {
  const writer = tx.principal.account;
  if (!namesAcl(input) && writer === bucket.owner) return {};
  const ownership = await ownershipOf(tx, bucket);
  if (ownership === "BucketOwnerEnforced") {
    if (!isOwnersOnly(input, bucket)) throw s3Fault("AccessControlListNotSupported");
    return {};
  }
  const given = ownership === "BucketOwnerPreferred" && input.ACL === "bucket-owner-full-control";
  const owner = given ? bucket.owner : writer;
  const acl = namesAcl(input) ? await checkedGrants(tx, bucket, input, owner) : undefined;
  if (owner !== bucket.owner && bucket.strangers !== true) tx.put(Bucket, { ...bucket, strangers: true });
  if (owner === bucket.owner && acl === undefined) return {};
  return { access: { ...(owner === bucket.owner ? {} : { owner }), ...(acl === undefined ? {} : { acl }) } };
}

/** The list of a request that sets one, of a bucket or an object that `owner` owns. */
export async function checkedGrants(
  tx: Transaction,
  bucket: BucketState,
  input: AclInput,
  owner: string,
): Promise<readonly Grant[]> {
  const list = grantsOf(input, owner, bucket.owner);
  if (list.some(isPublicGrant) && (await publicAccess(tx, bucket)).BlockPublicAcls) {
    const { arn } = tx.principal;
    const resource = `arn:aws:s3:::${bucket.name}`;
    throw s3Fault(
      "AccessDenied",
      {},
      `User: ${arn} is not authorized to perform: s3:${tx.operation} on resource: "${resource}" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
    );
  }
  return list;
}

/** What says no more than is so anyway where lists are switched off. */
export function isOwnersOnly(input: AclInput, bucket: BucketState): boolean {
  if (!namesAcl(input) || input.ACL === "bucket-owner-full-control") return true;
  if (input.ACL !== undefined) return false;
  const list = grantsOf(input, bucket.owner, bucket.owner);
  return list.every(
    ({ Grantee, Permission }) => Grantee?.ID === canonicalId(bucket.owner) && Permission === "FULL_CONTROL",
  );
}

export function grantsOf(input: AclInput, owner: string, bucketOwner: string): readonly Grant[] {
  const named = headers.filter(([name]) => input[name] !== undefined);
  if (input.ACL !== undefined) {
    if (named.length > 0) {
      throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
    }
    const list = cannedGrants(input.ACL, owner, bucketOwner);
    if (list === undefined) throw invalidArgument("", "x-amz-acl", input.ACL);
    return list;
  }
  if (named.length > 0) {
    return named.flatMap(([name, permission]) => fromHeader(input[name] ?? "", permission));
  }
  const policy = input.AccessControlPolicy;
  if (policy === undefined) throw s3Fault("MissingSecurityHeader", { MissingHeaderName: "x-amz-acl" });
  if (policy.Owner?.ID === undefined) throw s3Fault("MalformedACLError");
  if (policy.Owner.ID !== canonicalId(owner)) throw s3Fault("AccessDenied");
  const list = policy.Grants ?? [];
  if (list.length > mostGrants) throw s3Fault("MalformedACLError");
  return list.map(checkedGrant);
}

/** `id="...", uri="...", emailAddress="..."`. */
function fromHeader(header: string, permission: Permission): readonly Grant[] {
  return header.split(",").map((each) => {
    const [, kind = "", value = ""] = /^\s*(\w+)\s*=\s*"?([^"]*)"?\s*$/.exec(each) ?? [];
    switch (kind.toLowerCase()) {
      case "id":
        return toUser(checkedId(value), permission);
      case "uri":
        return toGroup(checkedUri(value), permission);
      case "emailaddress":
        throw s3Fault("UnresolvableGrantByEmailAddress");
      default:
        throw invalidArgument("Argument format not recognized", "x-amz-grant", each.trim());
    }
  });
}

function checkedGrant({ Grantee, Permission }: Grant): Grant {
  if (Grantee === undefined || Permission === undefined) throw s3Fault("MalformedACLError");
  switch (Grantee.Type) {
    case "CanonicalUser":
      return toUser(checkedId(Grantee.ID ?? ""), Permission);
    case "Group":
      return toGroup(checkedUri(Grantee.URI ?? ""), Permission);
    case "AmazonCustomerByEmail":
      throw s3Fault("UnresolvableGrantByEmailAddress");
    default:
      throw s3Fault("MalformedACLError");
  }
}

function checkedId(id: string): string {
  if (!/^[0-9a-f]{64}$/.test(id)) throw invalidArgument("Invalid id", "CanonicalUser/ID", id);
  return id;
}

function checkedUri(uri: string): string {
  if (!isGroup(uri)) throw invalidArgument("Invalid group uri", "Group/URI", uri);
  return uri;
}

/** As `newAccess`, of a bucket to be made: undefined where only its owner has it. */
export function newBucketGrants(
  input: AclInput,
  owner: string,
  ownership: ObjectOwnership,
): readonly Grant[] | undefined {
  if (!namesAcl(input) || input.ACL === "private") return undefined;
  if (ownership === "BucketOwnerEnforced") throw s3Fault("InvalidBucketAclWithObjectOwnership");
  const list = grantsOf(input, owner, owner);
  // New buckets block what is public from their first moment.
  if (list.some(isPublicGrant)) throw s3Fault("InvalidBucketAclWithBlockPublicAccessError");
  return JSON.stringify(list) === JSON.stringify(ownersOnly(owner)) ? undefined : list;
}
