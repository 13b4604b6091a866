// Which managed policies hang on which users, groups and roles. A record each,
// so that attaching does not contend for the policy or the owner.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { AttachedPolicy } from "../../../model/generated/iam.d.ts";
import type { Owner } from "../identities/owner.ts";
import { RoleRecord } from "../identities/role.ts";
import { UserRecord } from "../identities/user.ts";
import { nameKey } from "../name.ts";
import { indexed } from "../paging.ts";

export interface AttachmentState {
  readonly owner: Owner;
  readonly policyArn: string;
}

export const AttachmentRecord = defineResource<AttachmentState>()({
  service: "iam",
  type: "attachment",
  scope: "account",
  key: ({ owner, policyArn }) => [owner.type, nameKey(owner.name), policyArn],
  indexes: { policy: (attachment) => [attachment.policyArn] },
});

export function attachments(tx: Transaction, owner: Owner): Promise<readonly AttachmentState[]> {
  return tx.all(AttachmentRecord, [owner.type, nameKey(owner.name)]);
}

/** Who has the policy attached. */
export function attachmentsOf(tx: Transaction, policyArn: string): Promise<readonly AttachmentState[]> {
  return indexed(tx, AttachmentRecord, "policy", policyArn);
}

export async function attachmentCount(tx: Transaction, policyArn: string): Promise<number> {
  return (await attachmentsOf(tx, policyArn)).length;
}

/** Whose permissions the policy bounds. */
export async function boundedBy(tx: Transaction, policyArn: string): Promise<readonly Owner[]> {
  const users = await indexed(tx, UserRecord, "boundary", policyArn);
  const roles = await indexed(tx, RoleRecord, "boundary", policyArn);
  return [
    ...users.map(({ name }) => ({ type: "user" as const, name })),
    ...roles.map(({ name }) => ({ type: "role" as const, name })),
  ];
}

export async function boundaryCount(tx: Transaction, policyArn: string): Promise<number> {
  return (await boundedBy(tx, policyArn)).length;
}

export function describeAttachment({ policyArn }: AttachmentState): AttachedPolicy {
  return { PolicyName: policyArn.slice(policyArn.lastIndexOf("/") + 1), PolicyArn: policyArn };
}
