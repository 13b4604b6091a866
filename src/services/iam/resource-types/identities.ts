// AWS::IAM::User, Group, UserToGroupAddition, AccessKey and InstanceProfile.

import { physicalName } from "../../../core/provision.ts";
import {
  defineResourceType,
  pick,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { iam } from "../model.ts";

interface Policies {
  readonly ManagedPolicyArns?: readonly string[];
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
}

/** Inline and managed policies of a user or group, from what they were to what they shall be. */
async function setPolicies(
  kind: "User" | "Group",
  name: string,
  after: Policies,
  before: Policies,
  at: ResourceContext,
): Promise<void> {
  const holder = { [`${kind}Name`]: name };
  const [inline, oldInline] = [after.Policies ?? [], before.Policies ?? []];
  for (const { PolicyName, PolicyDocument } of inline) {
    await at.call(iam, `Put${kind}Policy`, {
      ...holder,
      PolicyName,
      PolicyDocument: policyText(PolicyDocument),
    });
  }
  for (const { PolicyName } of oldInline) {
    if (!inline.some((each) => each.PolicyName === PolicyName))
      await unlessMissing(at.call(iam, `Delete${kind}Policy`, { ...holder, PolicyName }));
  }
  const [managed, oldManaged] = [after.ManagedPolicyArns ?? [], before.ManagedPolicyArns ?? []];
  for (const PolicyArn of managed)
    if (!oldManaged.includes(PolicyArn)) await at.call(iam, `Attach${kind}Policy`, { ...holder, PolicyArn });
  for (const PolicyArn of oldManaged) {
    if (!managed.includes(PolicyArn))
      await unlessMissing(at.call(iam, `Detach${kind}Policy`, { ...holder, PolicyArn }));
  }
}

interface GroupProperties extends Policies {
  readonly GroupName: string;
  readonly Path?: string;
}

export const groupType = defineResourceType<GroupProperties>({
  type: "AWS::IAM::Group",
  name: { property: "GroupName", maximum: 128 },
  create: async (properties, at) => {
    const { GroupName } = properties;
    const { Group } = await at.call(iam, "CreateGroup", pick(properties, "GroupName", "Path"));
    at.made(GroupName);
    await setPolicies("Group", GroupName, properties, {}, at);
    return { id: GroupName, attributes: { Arn: Group.Arn } };
  },
  read: async (GroupName, at) => {
    const found = await unlessMissing(at.call(iam, "GetGroup", { GroupName }));
    return found === undefined ? undefined : pick(found.Group, "GroupName", "Path", "Arn");
  },
  update: async (GroupName, after, before, at) => {
    if (after.Path !== before.Path)
      await at.call(iam, "UpdateGroup", { GroupName, NewPath: after.Path ?? "/" });
    await setPolicies("Group", GroupName, after, before, at);
    return undefined;
  },
  delete: async (GroupName, properties, at) => {
    await setPolicies("Group", GroupName, {}, properties, at);
    await at.call(iam, "DeleteGroup", { GroupName });
  },
});

interface UserProperties extends Policies {
  readonly UserName: string;
  readonly Groups?: readonly string[];
  readonly LoginProfile?: { readonly Password: string; readonly PasswordResetRequired?: boolean };
  readonly Path?: string;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly Tag[];
}

async function setGroups(
  UserName: string,
  after: readonly string[],
  before: readonly string[],
  at: ResourceContext,
): Promise<void> {
  for (const GroupName of after)
    if (!before.includes(GroupName)) await at.call(iam, "AddUserToGroup", { UserName, GroupName });
  for (const GroupName of before) {
    if (!after.includes(GroupName))
      await unlessMissing(at.call(iam, "RemoveUserFromGroup", { UserName, GroupName }));
  }
}

async function setLogin(
  after: UserProperties,
  before: Partial<UserProperties>,
  at: ResourceContext,
): Promise<void> {
  const { UserName, LoginProfile } = after;
  if (LoginProfile !== undefined) {
    const operation = before.LoginProfile === undefined ? "CreateLoginProfile" : "UpdateLoginProfile";
    await at.call(iam, operation, { UserName, ...LoginProfile });
  } else if (before.LoginProfile !== undefined) await at.call(iam, "DeleteLoginProfile", { UserName });
}

export const userType = defineResourceType<UserProperties>({
  type: "AWS::IAM::User",
  name: { property: "UserName" },
  create: async (properties, at) => {
    const { UserName } = properties;
    const { User } = await at.call(
      iam,
      "CreateUser",
      pick(properties, "UserName", "Path", "PermissionsBoundary", "Tags"),
    );
    at.made(UserName);
    await setGroups(UserName, properties.Groups ?? [], [], at);
    await setPolicies("User", UserName, properties, {}, at);
    await setLogin(properties, {}, at);
    return { id: UserName, attributes: { Arn: User!.Arn } };
  },
  read: async (UserName, at) => {
    const found = await unlessMissing(at.call(iam, "GetUser", { UserName }));
    return found === undefined ? undefined : pick(found.User, "UserName", "Path", "Arn", "Tags");
  },
  update: async (UserName, after, before, at) => {
    if (after.Path !== before.Path)
      await at.call(iam, "UpdateUser", { UserName, NewPath: after.Path ?? "/" });
    const { PermissionsBoundary } = after;
    if (PermissionsBoundary !== before.PermissionsBoundary) {
      if (PermissionsBoundary === undefined)
        await at.call(iam, "DeleteUserPermissionsBoundary", { UserName });
      else await at.call(iam, "PutUserPermissionsBoundary", { UserName, PermissionsBoundary });
    }
    await setGroups(UserName, after.Groups ?? [], before.Groups ?? [], at);
    await setPolicies("User", UserName, after, before, at);
    await setLogin(after, before, at);
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0) await at.call(iam, "UntagUser", { UserName, TagKeys: remove });
    if (set.length > 0) await at.call(iam, "TagUser", { UserName, Tags: set });
    return undefined;
  },
  delete: async (UserName, properties, at) => {
    await setGroups(UserName, [], properties.Groups ?? [], at);
    await setPolicies("User", UserName, {}, properties, at);
    await unlessMissing(at.call(iam, "DeleteLoginProfile", { UserName }));
    await at.call(iam, "DeleteUser", { UserName });
  },
});

interface AdditionProperties {
  readonly GroupName: string;
  readonly Users: readonly string[];
}

async function setMembers(
  after: AdditionProperties,
  before: AdditionProperties | undefined,
  at: ResourceContext,
) {
  const moved = before !== undefined && before.GroupName !== after.GroupName;
  const old = before === undefined || moved ? [] : before.Users;
  for (const UserName of after.Users)
    if (!old.includes(UserName))
      await at.call(iam, "AddUserToGroup", { UserName, GroupName: after.GroupName });
  for (const UserName of before?.Users ?? []) {
    if (moved || !after.Users.includes(UserName))
      await unlessMissing(at.call(iam, "RemoveUserFromGroup", { UserName, GroupName: before!.GroupName }));
  }
}

export const userToGroupAdditionType = defineResourceType<AdditionProperties>({
  type: "AWS::IAM::UserToGroupAddition",
  create: async (properties, at) => {
    await setMembers(properties, undefined, at);
    const id = physicalName(at, 128, false);
    return { id, attributes: { Id: id } };
  },
  update: async (_id, after, before, at) => {
    await setMembers(after, before, at);
    return undefined;
  },
  delete: (_id, properties, at) => setMembers({ ...properties, Users: [] }, properties, at),
});

interface AccessKeyProperties {
  readonly UserName: string;
  readonly Status?: string;
}

export const accessKeyType = defineResourceType<AccessKeyProperties>({
  type: "AWS::IAM::AccessKey",
  create: async ({ UserName, Status }, at) => {
    const { AccessKey } = await at.call(iam, "CreateAccessKey", { UserName });
    const { AccessKeyId, SecretAccessKey } = AccessKey;
    at.made(AccessKeyId);
    if (Status === "Inactive") await at.call(iam, "UpdateAccessKey", { UserName, AccessKeyId, Status });
    return { id: AccessKeyId, attributes: { Id: AccessKeyId, SecretAccessKey } };
  },
  update: async (AccessKeyId, { UserName, Status = "Active" }, _before, at) => {
    await at.call(iam, "UpdateAccessKey", { UserName, AccessKeyId, Status });
    return undefined;
  },
  delete: async (AccessKeyId, { UserName }, at) => {
    await at.call(iam, "DeleteAccessKey", { UserName, AccessKeyId });
  },
});

interface InstanceProfileProperties {
  readonly InstanceProfileName: string;
  readonly Path?: string;
  readonly Roles: readonly string[];
}

export const instanceProfileType = defineResourceType<InstanceProfileProperties>({
  type: "AWS::IAM::InstanceProfile",
  name: { property: "InstanceProfileName", maximum: 128 },
  create: async (properties, at) => {
    const { InstanceProfileName, Roles } = properties;
    const { InstanceProfile } = await at.call(
      iam,
      "CreateInstanceProfile",
      pick(properties, "InstanceProfileName", "Path"),
    );
    at.made(InstanceProfileName);
    for (const RoleName of Roles)
      await at.call(iam, "AddRoleToInstanceProfile", { InstanceProfileName, RoleName });
    return { id: InstanceProfileName, attributes: { Arn: InstanceProfile.Arn } };
  },
  read: async (InstanceProfileName, at) => {
    const found = await unlessMissing(at.call(iam, "GetInstanceProfile", { InstanceProfileName }));
    if (found === undefined) return undefined;
    const { Path, Arn, Roles } = found.InstanceProfile;
    return { InstanceProfileName, Path, Arn, Roles: Roles.map(({ RoleName }) => RoleName) };
  },
  update: async (InstanceProfileName, after, before, at) => {
    for (const RoleName of before.Roles.filter((each) => !after.Roles.includes(each)))
      await unlessMissing(at.call(iam, "RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName }));
    for (const RoleName of after.Roles.filter((each) => !before.Roles.includes(each)))
      await at.call(iam, "AddRoleToInstanceProfile", { InstanceProfileName, RoleName });
    return undefined;
  },
  delete: async (InstanceProfileName, { Roles }, at) => {
    for (const RoleName of Roles)
      await unlessMissing(at.call(iam, "RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName }));
    await at.call(iam, "DeleteInstanceProfile", { InstanceProfileName });
  },
});
