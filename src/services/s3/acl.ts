// Access control lists. By default they are switched off, as on AWS; where a
// bucket has them on, the one list that exists gives all to the owner.

import type { Transaction } from "../../core/transaction.ts";
import type { AccessControlPolicy, Grant } from "../../model/generated/s3.d.ts";
import type { BucketState } from "./buckets/bucket.ts";
import { readConfiguration } from "./buckets/configuration.ts";
import { canonicalId } from "./buckets/owner.ts";
import { s3Fault, unsupported } from "./faults.ts";

export interface AclInput {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?: AccessControlPolicy | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** Accepts the owner's own list, and says of any other why not. */
export async function checkAcl(tx: Transaction, bucket: BucketState, input: AclInput): Promise<void> {
  if (!namesAcl(input) || input.ACL === "bucket-owner-full-control") return;
  const ownership = await readConfiguration(tx, bucket, "ownership");
  if (ownership?.objectOwnership === "BucketOwnerEnforced") throw s3Fault("AccessControlListNotSupported");
  checkGrants(bucket, input);
}

/** As `checkAcl`, of a bucket to be made: `private` says nothing that is not so anyway. */
export function checkNewBucketAcl(input: AclInput, enforced: boolean): void {
  if (!namesAcl(input) || input.ACL === "private") return;
  if (enforced) throw s3Fault("InvalidBucketAclWithObjectOwnership");
  throw unsupported("access control lists that grant anything to others than the owner");
}

export function ownersGrants(bucket: BucketState): readonly Grant[] {
  const ID = canonicalId(bucket.owner);
  return [{ Grantee: { Type: "CanonicalUser", ID }, Permission: "FULL_CONTROL" }];
}

function namesAcl(input: AclInput): boolean {
  return (
    input.ACL !== undefined ||
    input.AccessControlPolicy !== undefined ||
    input.GrantFullControl !== undefined ||
    input.GrantRead !== undefined ||
    input.GrantReadACP !== undefined ||
    input.GrantWrite !== undefined ||
    input.GrantWriteACP !== undefined
  );
}

function checkGrants(bucket: BucketState, input: AclInput): void {
  if (input.ACL === "private") return;
  const grants = input.AccessControlPolicy?.Grants;
  const ownersOnly =
    input.ACL === undefined &&
    grants?.length === 1 &&
    grants[0]?.Permission === "FULL_CONTROL" &&
    grants[0].Grantee?.ID === canonicalId(bucket.owner);
  if (!ownersOnly) throw unsupported("access control lists that grant anything to others than the owner");
}
