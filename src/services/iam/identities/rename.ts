// What hangs on a user or group is kept under its name, and moves with it when
// it is renamed.

import type { Transaction } from "../../../core/transaction.ts";
import { nameKey } from "../name.ts";
import { AttachmentRecord, attachments } from "../policies/attachment.ts";
import { InlinePolicyRecord, inlinePolicies } from "../policies/inline-policy.ts";
import { MembershipRecord, type MembershipState } from "./group.ts";
import { LoginProfileRecord } from "./login-profile.ts";
import { devicesOf, MfaDeviceRecord } from "./mfa-device.ts";
import type { Owner } from "./owner.ts";
import { ServiceCredentialRecord, serviceCredentials } from "./service-credential.ts";
import { SigningCertificateRecord, signingCertificates } from "./signing-certificate.ts";
import { SshKeyRecord, sshKeys } from "./ssh-key.ts";

export async function moveOwner(tx: Transaction, from: Owner, name: string): Promise<void> {
  const owner = { ...from, name };
  const attached = await attachments(tx, from);
  const inline = await inlinePolicies(tx, from);
  for (const attachment of attached) {
    tx.delete(AttachmentRecord, from.type, nameKey(from.name), attachment.policyArn);
    tx.put(AttachmentRecord, { ...attachment, owner });
  }
  for (const policy of inline) {
    tx.delete(InlinePolicyRecord, from.type, nameKey(from.name), policy.name);
    tx.put(InlinePolicyRecord, { ...policy, owner });
  }
}

export async function moveMemberships(
  tx: Transaction,
  memberships: readonly MembershipState[],
  change: Partial<MembershipState>,
): Promise<void> {
  for (const membership of memberships) {
    tx.delete(MembershipRecord, nameKey(membership.user), nameKey(membership.group));
    tx.put(MembershipRecord, { ...membership, ...change });
  }
}

/** What a user signs in with, besides access keys. */
export async function moveSignIn(tx: Transaction, from: string, to: string): Promise<void> {
  const profile = await tx.get(LoginProfileRecord, nameKey(from));
  const devices = await devicesOf(tx, from);
  const keys = await sshKeys(tx, from);
  const certificates = await signingCertificates(tx, from);
  const credentials = await serviceCredentials(tx, from);
  if (profile !== undefined) {
    tx.delete(LoginProfileRecord, nameKey(from));
    tx.put(LoginProfileRecord, { ...profile, user: to });
  }
  for (const device of devices) tx.put(MfaDeviceRecord, { ...device, user: to });
  for (const key of keys) {
    tx.delete(SshKeyRecord, nameKey(from), key.id);
    tx.put(SshKeyRecord, { ...key, user: to });
  }
  for (const certificate of certificates) {
    tx.delete(SigningCertificateRecord, nameKey(from), certificate.id);
    tx.put(SigningCertificateRecord, { ...certificate, user: to });
  }
  for (const credential of credentials) {
    tx.delete(ServiceCredentialRecord, nameKey(from), credential.id);
    tx.put(ServiceCredentialRecord, { ...credential, user: to });
  }
}
