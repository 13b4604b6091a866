// The check that writes made before lists were kept with objects.

import type { Transaction } from "../../core/transaction.ts";
import { type AclInput, newAccess } from "./access/acl.ts";
import type { BucketState } from "./buckets/bucket.ts";

export async function checkAcl(tx: Transaction, bucket: BucketState, input: AclInput): Promise<void> {
  await newAccess(tx, bucket, input);
}
