// Policies written into users, groups and roles.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam, ListRolePoliciesResponse } from "../../../model/generated/iam.d.ts";
import { findGroup } from "../identities/group.ts";
import type { Owner, OwnerType } from "../identities/owner.ts";
import { findOwnRole, findRole } from "../identities/role.ts";
import { findUser } from "../identities/user.ts";
import { cannotBeFound, limitExceeded, type Nothing, nothing } from "../model.ts";
import { nameKey } from "../name.ts";
import { type PageInput, storedPage } from "../paging.ts";
import { encodeDocument } from "../policies/documents/encode.ts";
import { checkPermissions, policySize } from "../policies/documents/permissions.ts";
import { InlinePolicyRecord, type InlinePolicyState, inlinePolicies } from "../policies/inline-policy.ts";

/** All inline policies of one owner together, white space not counted. */
const largestTotal: Readonly<Record<OwnerType, number>> = { user: 2048, group: 5120, role: 10_240 };

export const inlinePolicyOperations = {
  PutUserPolicy: async (input, tx) => put(tx, await user(tx, input.UserName), input),
  GetUserPolicy: async (input, tx) => {
    const policy = await find(tx, await user(tx, input.UserName), input.PolicyName);
    return { UserName: policy.owner.name, ...describe(policy) };
  },
  ListUserPolicies: async (input, tx) => list(tx, await user(tx, input.UserName), input),
  DeleteUserPolicy: async (input, tx) => remove(tx, await user(tx, input.UserName), input.PolicyName),

  PutGroupPolicy: async (input, tx) => put(tx, await group(tx, input.GroupName), input),
  GetGroupPolicy: async (input, tx) => {
    const policy = await find(tx, await group(tx, input.GroupName), input.PolicyName);
    return { GroupName: policy.owner.name, ...describe(policy) };
  },
  ListGroupPolicies: async (input, tx) => list(tx, await group(tx, input.GroupName), input),
  DeleteGroupPolicy: async (input, tx) => remove(tx, await group(tx, input.GroupName), input.PolicyName),

  PutRolePolicy: async (input, tx) => put(tx, await ownRole(tx, input.RoleName), input),
  GetRolePolicy: async (input, tx) => {
    const policy = await find(tx, await role(tx, input.RoleName), input.PolicyName);
    return { RoleName: policy.owner.name, ...describe(policy) };
  },
  ListRolePolicies: async (input, tx) => list(tx, await role(tx, input.RoleName), input),
  DeleteRolePolicy: async (input, tx) => remove(tx, await ownRole(tx, input.RoleName), input.PolicyName),
} satisfies Operations<Iam>;

async function put(
  tx: Transaction,
  owner: Owner,
  {
    PolicyName: name,
    PolicyDocument: document,
  }: { readonly PolicyName: string; readonly PolicyDocument: string },
): Promise<Nothing> {
  checkPermissions(document);
  let total = policySize(document);
  for (const other of await inlinePolicies(tx, owner)) {
    if (other.name !== name) total += policySize(other.document);
  }
  const maximum = largestTotal[owner.type];
  if (total > maximum) {
    throw limitExceeded(`Maximum policy size of ${maximum} bytes exceeded for ${owner.type} ${owner.name}`);
  }
  tx.put(InlinePolicyRecord, { owner, name, document });
  return nothing;
}

async function find(tx: Transaction, owner: Owner, name: string): Promise<InlinePolicyState> {
  const policy = await tx.get(InlinePolicyRecord, owner.type, nameKey(owner.name), name);
  if (policy === undefined) throw cannotBeFound(`${owner.type} policy`, name);
  return policy;
}

async function remove(tx: Transaction, owner: Owner, name: string): Promise<Nothing> {
  await find(tx, owner, name);
  tx.delete(InlinePolicyRecord, owner.type, nameKey(owner.name), name);
  return nothing;
}

async function list(tx: Transaction, owner: Owner, input: PageInput): Promise<ListRolePoliciesResponse> {
  const prefix = [owner.type, nameKey(owner.name)];
  const { values, end } = await storedPage(tx, InlinePolicyRecord, input, { prefix });
  return { PolicyNames: values.map((policy) => policy.name), ...end };
}

function describe(policy: InlinePolicyState) {
  return { PolicyName: policy.name, PolicyDocument: encodeDocument(policy.document) };
}

async function user(tx: Transaction, name: string): Promise<Owner> {
  return { type: "user", name: (await findUser(tx, name)).name };
}

async function group(tx: Transaction, name: string): Promise<Owner> {
  return { type: "group", name: (await findGroup(tx, name)).name };
}

async function role(tx: Transaction, name: string): Promise<Owner> {
  return { type: "role", name: (await findRole(tx, name)).name };
}

async function ownRole(tx: Transaction, name: string): Promise<Owner> {
  return { type: "role", name: (await findOwnRole(tx, name)).name };
}
