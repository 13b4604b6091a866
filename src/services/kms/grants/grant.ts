// Grants: what a key allows somebody beside its policy, for as long as the
// grant lasts.

import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { GrantListEntry, GrantOperation } from "../../../model/generated/kms.d.ts";
import type { EncryptionContext } from "../keys/access.ts";
import { keyArn } from "../keys/key.ts";

export interface GrantState {
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly token: string;
  readonly name?: string | undefined;
  readonly createdAt: number;
  readonly grantee: string;
  readonly retirer?: string | undefined;
  readonly issuer: string;
  readonly operations: readonly GrantOperation[];
  readonly equals?: EncryptionContext | undefined;
  readonly subset?: EncryptionContext | undefined;
}

export const Grant = defineResource<GrantState>()({
  service: "kms",
  type: "grant",
  key: (grant) => [grant.keyId, grant.id],
  indexes: {
    grantee: ({ keyId, grantee, id }) => [keyId, grantee, id],
    retirer: ({ retirer, keyId, id }) => (retirer === undefined ? undefined : [retirer, keyId, id]),
    token: ({ token }) => [token],
  },
});

const mostForOne = 1000;

/** Whether some grant lets the principal, or the role whose session it is, do that. */
export async function isGranted(
  tx: Transaction,
  keyId: string,
  principal: Principal,
  operation: GrantOperation,
  context: EncryptionContext,
): Promise<boolean> {
  const root = `arn:aws:iam::${principal.account}:root`;
  const known = [principal.arn, principal.roleArn, principal.service, root];
  const names = new Set(known.filter((name) => name !== undefined));
  for (const name of names) {
    const { values } = await tx.list(Grant, { index: "grantee", prefix: [keyId, name], limit: mostForOne });
    if (values.some((grant) => grant.operations.includes(operation) && fits(grant, context))) return true;
  }
  return false;
}

function fits({ equals, subset }: GrantState, context: EncryptionContext): boolean {
  const holds = (part: EncryptionContext) =>
    Object.entries(part).every(([name, value]) => context[name] === value);
  if (subset !== undefined && !holds(subset)) return false;
  if (equals === undefined) return true;
  return holds(equals) && Object.keys(equals).length === Object.keys(context).length;
}

export function showGrant(grant: GrantState, tx: Transaction): GrantListEntry {
  const { equals, subset } = grant;
  return {
    KeyId: keyArn(grant.keyId, tx),
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: grant.createdAt,
    GranteePrincipal: grant.grantee,
    ...(grant.retirer !== undefined && { RetiringPrincipal: grant.retirer }),
    IssuingAccount: grant.issuer,
    Operations: grant.operations,
    ...((equals !== undefined || subset !== undefined) && {
      Constraints: { EncryptionContextEquals: equals, EncryptionContextSubset: subset },
    }),
  };
}
