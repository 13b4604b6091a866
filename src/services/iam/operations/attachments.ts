// Managed policies attached to users, groups and roles.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam, ListAttachedRolePoliciesResponse } from "../../../model/generated/iam.d.ts";
import { findGroup } from "../identities/group.ts";
import type { Owner, OwnerType } from "../identities/owner.ts";
import { findOwnRole, findRole } from "../identities/role.ts";
import { findUser } from "../identities/user.ts";
import { type Nothing, noSuchEntity, nothing, quotaExceeded } from "../model.ts";
import { nameKey, parseIamArn } from "../name.ts";
import { type PageInput, storedPage } from "../paging.ts";
import { AttachmentRecord, attachments, describeAttachment } from "../policies/attachment.ts";
import { checkAttachable } from "../policies/policy.ts";

const policiesPerOwner = 10;
const quotas: Readonly<Record<OwnerType, string>> = {
  user: "PoliciesPerUser",
  group: "PoliciesPerGroup",
  role: "PoliciesPerRole",
};

export const attachmentOperations = {
  AttachUserPolicy: async (input, tx) => attach(tx, await user(tx, input.UserName), input.PolicyArn),
  DetachUserPolicy: async (input, tx) => detach(tx, await user(tx, input.UserName), input.PolicyArn),
  ListAttachedUserPolicies: async (input, tx) => list(tx, await user(tx, input.UserName), input),

  AttachGroupPolicy: async (input, tx) => attach(tx, await group(tx, input.GroupName), input.PolicyArn),
  DetachGroupPolicy: async (input, tx) => detach(tx, await group(tx, input.GroupName), input.PolicyArn),
  ListAttachedGroupPolicies: async (input, tx) => list(tx, await group(tx, input.GroupName), input),

  AttachRolePolicy: async (input, tx) => attach(tx, await ownRole(tx, input.RoleName), input.PolicyArn),
  DetachRolePolicy: async (input, tx) => detach(tx, await ownRole(tx, input.RoleName), input.PolicyArn),
  ListAttachedRolePolicies: async (input, tx) => {
    const { name } = await findRole(tx, input.RoleName);
    return list(tx, { type: "role", name }, input);
  },
} satisfies Operations<Iam>;

async function attach(tx: Transaction, owner: Owner, policyArn: string): Promise<Nothing> {
  await checkAttachable(tx, policyArn);
  const attached = await attachments(tx, owner);
  if (attached.some((attachment) => attachment.policyArn === policyArn)) return nothing;
  if (attached.length >= policiesPerOwner) throw quotaExceeded(quotas[owner.type], policiesPerOwner);
  tx.put(AttachmentRecord, { owner, policyArn });
  return nothing;
}

async function detach(tx: Transaction, owner: Owner, policyArn: string): Promise<Nothing> {
  const key = [owner.type, nameKey(owner.name), policyArn] as const;
  if ((await tx.get(AttachmentRecord, ...key)) === undefined) {
    throw noSuchEntity(`Policy ${policyArn} was not found.`);
  }
  tx.delete(AttachmentRecord, ...key);
  return nothing;
}

async function list(
  tx: Transaction,
  owner: Owner,
  input: PageInput & { readonly PathPrefix?: string | undefined },
): Promise<ListAttachedRolePoliciesResponse> {
  const { PathPrefix: prefix = "/" } = input;
  const { values, end } = await storedPage(
    tx,
    AttachmentRecord,
    input,
    { prefix: [owner.type, nameKey(owner.name)] },
    ({ policyArn }) => parseIamArn(policyArn, "policy")?.path.startsWith(prefix) ?? false,
  );
  return { AttachedPolicies: values.map(describeAttachment), ...end };
}

async function user(tx: Transaction, name: string): Promise<Owner> {
  return { type: "user", name: (await findUser(tx, name)).name };
}

async function group(tx: Transaction, name: string): Promise<Owner> {
  return { type: "group", name: (await findGroup(tx, name)).name };
}

async function ownRole(tx: Transaction, name: string): Promise<Owner> {
  return { type: "role", name: (await findOwnRole(tx, name)).name };
}
