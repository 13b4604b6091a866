// Service-specific credentials: a name and a password with which a user reaches
// one service (CodeCommit over HTTPS, Keyspaces).

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { nameKey } from "../name.ts";

export interface ServiceCredentialState {
  readonly user: string;
  /** `ACCA...` */
  readonly id: string;
  /** `codecommit.amazonaws.com` */
  readonly service: string;
  /** `ann-at-123456789012` */
  readonly serviceUserName: string;
  readonly password: string;
  readonly status: "Active" | "Inactive";
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const ServiceCredentialRecord = defineResource<ServiceCredentialState>()({
  service: "iam",
  type: "service-credential",
  scope: "account",
  key: (credential) => [nameKey(credential.user), credential.id],
});

export function serviceCredentials(
  tx: Transaction,
  user: string,
): Promise<readonly ServiceCredentialState[]> {
  return tx.all(ServiceCredentialRecord, [nameKey(user)]);
}
