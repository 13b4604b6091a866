// Access keys of users and of the root. The key itself is a credential of the
// kernel's, which requests are verified against; IAM remembers whose it is.

import { type Credential, CredentialRecord } from "../../../core/credential.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { noSuchEntity } from "../model.ts";
import { nameKey } from "../name.ts";
import { type UserState, userPrincipal } from "./user.ts";

export interface AccessKeyState {
  /** The user's name; empty for the root's keys. */
  readonly user: string;
  readonly id: string;
  readonly status: "Active" | "Inactive";
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const AccessKeyRecord = defineResource<AccessKeyState>()({
  service: "iam",
  type: "access-key",
  scope: "account",
  key: (key) => [nameKey(key.user), key.id],
  indexes: { id: (key) => [key.id] },
});

export function accessKeys(tx: Transaction, user: string): Promise<readonly AccessKeyState[]> {
  return tx.all(AccessKeyRecord, [nameKey(user)]);
}

export async function findAccessKey(tx: Transaction, user: string, id: string): Promise<AccessKeyState> {
  const key = await tx.get(AccessKeyRecord, nameKey(user), id);
  if (key === undefined) throw unknownAccessKey(id);
  return key;
}

export function unknownAccessKey(id: string): Error {
  return noSuchEntity(`The Access Key with id ${id} cannot be found.`);
}

/** Changes what the wire verifies requests against. */
export async function changeCredential(
  tx: Transaction,
  id: string,
  change: Partial<Credential>,
): Promise<void> {
  const credential = await tx.get(CredentialRecord, id);
  if (credential !== undefined) tx.put(CredentialRecord, { ...credential, ...change });
}

/** A user who is renamed or moved has another ARN, and so have requests signed with the user's keys. */
export async function moveAccessKeys(tx: Transaction, from: UserState, to: UserState): Promise<void> {
  for (const key of await accessKeys(tx, from.name)) {
    tx.delete(AccessKeyRecord, nameKey(from.name), key.id);
    tx.put(AccessKeyRecord, { ...key, user: to.name });
    await changeCredential(tx, key.id, { principal: userPrincipal(to, tx, key.id) });
  }
}
