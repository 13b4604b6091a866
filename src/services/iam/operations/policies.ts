// Managed policies: the account's own, and AWS's as far as they are known here.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam, ListPoliciesRequest } from "../../../model/generated/iam.d.ts";
import { findGroup } from "../identities/group.ts";
import type { Owner } from "../identities/owner.ts";
import { findRole } from "../identities/role.ts";
import { findUser } from "../identities/user.ts";
import { awsPolicy, awsPolicyArns } from "../managed/catalogue.ts";
import { alreadyExists, deleteConflict, nothing, wholeSecond } from "../model.ts";
import { nameKey } from "../name.ts";
import { pageOf } from "../paging.ts";
import { attachmentsOf, boundaryCount, boundedBy } from "../policies/attachment.ts";
import { checkManagedSize, checkPermissions } from "../policies/documents/permissions.ts";
import {
  describeListedPolicy,
  describePolicy,
  findPolicy,
  PolicyRecord,
  type PolicyState,
  policyArn,
} from "../policies/policy.ts";
import { newTags } from "../tags.ts";
import { checkOwn } from "./policy-versions.ts";

export const policyOperations = {
  CreatePolicy: async (input, tx) => {
    const name = input.PolicyName;
    if ((await tx.get(PolicyRecord, nameKey(name))) !== undefined) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    checkPermissions(input.PolicyDocument);
    checkManagedSize(input.PolicyDocument);
    const policy: PolicyState = {
      name,
      path: input.Path ?? "/",
      id: tx.ids.unique("ANPA"),
      ...(input.Description ? { description: input.Description } : {}),
      versions: [{ number: 1, document: input.PolicyDocument, createdAt: wholeSecond(tx.now) }],
      defaultVersion: 1,
      lastVersion: 1,
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
      updatedAt: wholeSecond(tx.now),
    };
    tx.put(PolicyRecord, policy);
    const { Description, ...created } = await describePolicy(tx, policy, policyArn(policy, tx));
    return { Policy: created };
  },

  GetPolicy: async (input, tx) => {
    const policy = await findPolicy(tx, input.PolicyArn);
    return { Policy: await describePolicy(tx, policy, input.PolicyArn) };
  },

  ListPolicies: async (input, tx) => {
    const { values, end } = pageOf(await listed(tx, input), input);
    const policies = values.map(({ policy, arn }) => describeListedPolicy(tx, policy, arn));
    return { Policies: await Promise.all(policies), ...end };
  },

  DeletePolicy: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    const policy = await findPolicy(tx, input.PolicyArn);
    const { length: attached } = await attachmentsOf(tx, input.PolicyArn);
    if (attached + (await boundaryCount(tx, input.PolicyArn)) > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    tx.delete(PolicyRecord, nameKey(policy.name));
    return nothing;
  },

  ListEntitiesForPolicy: async (input, tx) => {
    await findPolicy(tx, input.PolicyArn);
    const usage = input.PolicyUsageFilter;
    const owners: Owner[] = [];
    if (usage !== "PermissionsBoundary") {
      owners.push(...(await attachmentsOf(tx, input.PolicyArn)).map((attachment) => attachment.owner));
    }
    if (usage !== "PermissionsPolicy") owners.push(...(await boundedBy(tx, input.PolicyArn)));
    const entities = await Promise.all(owners.map((owner) => entity(tx, owner)));
    const wanted = entities.filter(
      ({ type, path }) =>
        (input.EntityFilter === undefined || input.EntityFilter.toLowerCase() === type) &&
        path.startsWith(input.PathPrefix ?? "/"),
    );
    const { values, end } = pageOf(wanted, input);
    const of = (type: Owner["type"]) => values.filter((value) => value.type === type);
    return {
      PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...end,
    };
  },
} satisfies Operations<Iam>;

interface Listed {
  readonly policy: PolicyState;
  readonly arn: string;
}

async function listed(tx: Transaction, input: ListPoliciesRequest): Promise<readonly Listed[]> {
  const scope = input.Scope ?? "All";
  const found: Listed[] = [];
  if (scope !== "AWS") {
    for (const policy of await tx.all(PolicyRecord)) found.push({ policy, arn: policyArn(policy, tx) });
  }
  if (scope !== "Local") {
    for (const arn of awsPolicyArns()) found.push({ policy: awsPolicy(arn)!, arn });
  }
  const underPath = found.filter(({ policy }) => policy.path.startsWith(input.PathPrefix ?? "/"));
  if (input.OnlyAttached !== true && input.PolicyUsageFilter === undefined) return underPath;
  const used: Listed[] = [];
  for (const candidate of underPath) if (await isUsed(tx, candidate.arn, input)) used.push(candidate);
  return used;
}

async function isUsed(
  tx: Transaction,
  arn: string,
  { OnlyAttached, PolicyUsageFilter: usage }: ListPoliciesRequest,
): Promise<boolean> {
  const attached = (await attachmentsOf(tx, arn)).length > 0;
  const bounds = (await boundaryCount(tx, arn)) > 0;
  // A usage filter shows what is used so; policies used by nobody pass it unless only attached ones are wanted.
  if (usage === "PermissionsBoundary") return bounds;
  if (usage === "PermissionsPolicy") return attached || (OnlyAttached !== true && !bounds);
  return attached;
}

async function entity(tx: Transaction, owner: Owner) {
  const found = await (owner.type === "user" ? findUser : owner.type === "group" ? findGroup : findRole)(
    tx,
    owner.name,
  );
  return { type: owner.type, name: found.name, id: found.id, path: found.path };
}
