// X.509 signing certificates of users.

import { X509Certificate } from "node:crypto";
import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { iam } from "../model.ts";
import { nameKey } from "../name.ts";

export interface SigningCertificateState {
  readonly user: string;
  readonly id: string;
  /** PEM. */
  readonly body: string;
  readonly status: "Active" | "Inactive";
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
}

export const SigningCertificateRecord = defineResource<SigningCertificateState>()({
  service: "iam",
  type: "signing-certificate",
  scope: "account",
  key: (certificate) => [nameKey(certificate.user), certificate.id],
});

export function signingCertificates(
  tx: Transaction,
  user: string,
): Promise<readonly SigningCertificateState[]> {
  return tx.all(SigningCertificateRecord, [nameKey(user)]);
}

/** What tells certificates apart; throws AWS's fault where there is none. */
export function certificateFingerprint(body: string): string {
  try {
    return new X509Certificate(body).fingerprint256;
  } catch {
    throw fault(iam, "MalformedCertificate", "Certificate is not valid PEM.");
  }
}
