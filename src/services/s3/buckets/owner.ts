// Accounts as S3 names them: by a canonical user id of 64 hexadecimal digits,
// the same for ever for the same account.

import { createHash } from "node:crypto";

export function canonicalId(account: string): string {
  return createHash("sha256").update(`cumulet canonical user ${account}`).digest("hex");
}

/** An `Owner` of an answer. S3 returns no display names any more. */
export function ownerOf(account: string): { readonly ID: string } {
  return { ID: canonicalId(account) };
}
