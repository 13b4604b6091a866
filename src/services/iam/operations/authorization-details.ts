// GetAccountAuthorizationDetails: the whole account at one look, in pages.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  EntityType,
  GroupDetail,
  Iam,
  ManagedPolicyDetail,
  RoleDetail,
  UserDetail,
} from "../../../model/generated/iam.d.ts";
import { describeGroup, GroupRecord, type GroupState, MembershipRecord } from "../identities/group.ts";
import { describeProfile, profilesOf } from "../identities/instance-profile.ts";
import type { Owner } from "../identities/owner.ts";
import { describeRole, RoleRecord, type RoleState } from "../identities/role.ts";
import { describeUser, UserRecord, type UserState } from "../identities/user.ts";
import { awsPolicy, awsPolicyArns } from "../managed/catalogue.ts";
import { nameKey } from "../name.ts";
import { pageOf } from "../paging.ts";
import { attachments, attachmentsOf, describeAttachment } from "../policies/attachment.ts";
import { describeInlinePolicy, inlinePolicies } from "../policies/inline-policy.ts";
import {
  describePolicy,
  describeVersion,
  PolicyRecord,
  type PolicyState,
  policyArn,
} from "../policies/policy.ts";

type Entry =
  | { readonly type: "User"; readonly user: UserState }
  | { readonly type: "Group"; readonly group: GroupState }
  | { readonly type: "Role"; readonly role: RoleState }
  | {
      readonly type: "LocalManagedPolicy" | "AWSManagedPolicy";
      readonly policy: PolicyState;
      readonly arn: string;
    };

export const authorizationDetailOperations = {
  GetAccountAuthorizationDetails: async (input, tx) => {
    const wanted = (type: EntityType) => !input.Filter?.length || input.Filter.includes(type);
    const { values, end } = pageOf(
      (await entries(tx)).filter(({ type }) => wanted(type)),
      input,
    );
    const users: UserDetail[] = [];
    const groups: GroupDetail[] = [];
    const roles: RoleDetail[] = [];
    const policies: ManagedPolicyDetail[] = [];
    for (const entry of values) {
      if (entry.type === "User") users.push(await userDetail(tx, entry.user));
      else if (entry.type === "Group") groups.push(await groupDetail(tx, entry.group));
      else if (entry.type === "Role") roles.push(await roleDetail(tx, entry.role));
      else policies.push(await policyDetail(tx, entry.policy, entry.arn));
    }
    return {
      UserDetailList: users,
      GroupDetailList: groups,
      RoleDetailList: roles,
      Policies: policies,
      ...end,
    };
  },
} satisfies Operations<Iam>;

/** AWS's own policies count only where somebody has them attached. */
async function entries(tx: Transaction): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (const user of await tx.all(UserRecord)) found.push({ type: "User", user });
  for (const group of await tx.all(GroupRecord)) found.push({ type: "Group", group });
  for (const role of await tx.all(RoleRecord)) found.push({ type: "Role", role });
  for (const policy of await tx.all(PolicyRecord)) {
    found.push({ type: "LocalManagedPolicy", policy, arn: policyArn(policy, tx) });
  }
  for (const arn of awsPolicyArns()) {
    if ((await attachmentsOf(tx, arn)).length === 0) continue;
    found.push({ type: "AWSManagedPolicy", policy: awsPolicy(arn)!, arn });
  }
  return found;
}

async function userDetail(tx: Transaction, user: UserState): Promise<UserDetail> {
  const memberships = await tx.all(MembershipRecord, [nameKey(user.name)]);
  const { inline, attached } = await policiesOf(tx, { type: "user", name: user.name });
  return {
    ...describeUser(user, tx),
    ...(inline.length === 0 ? {} : { UserPolicyList: inline }),
    GroupList: memberships.map((membership) => membership.group),
    AttachedManagedPolicies: attached,
  };
}

async function groupDetail(tx: Transaction, group: GroupState): Promise<GroupDetail> {
  const { inline, attached } = await policiesOf(tx, { type: "group", name: group.name });
  return { ...describeGroup(group, tx), GroupPolicyList: inline, AttachedManagedPolicies: attached };
}

async function roleDetail(tx: Transaction, role: RoleState): Promise<RoleDetail> {
  const { inline, attached } = await policiesOf(tx, { type: "role", name: role.name });
  const { Description, MaxSessionDuration, ...described } = describeRole(role, tx);
  const profiles = await profilesOf(tx, role.name);
  return {
    ...described,
    InstanceProfileList: await Promise.all(profiles.map((profile) => describeProfile(tx, profile))),
    RolePolicyList: inline,
    AttachedManagedPolicies: attached,
  };
}

async function policyDetail(tx: Transaction, policy: PolicyState, arn: string): Promise<ManagedPolicyDetail> {
  const { Tags, ...described } = await describePolicy(tx, policy, arn);
  const versions = [...policy.versions].reverse();
  return {
    ...described,
    PolicyVersionList: versions.map((version) => describeVersion(policy, version, true)),
  };
}

async function policiesOf(tx: Transaction, owner: Owner) {
  return {
    inline: (await inlinePolicies(tx, owner)).map(describeInlinePolicy),
    attached: (await attachments(tx, owner)).map(describeAttachment),
  };
}
