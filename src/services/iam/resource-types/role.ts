// AWS::IAM::Role: the role itself, its inline policies and the managed ones
// attached to it.

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

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

interface RoleProperties {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: unknown;
  readonly Description?: string;
  readonly ManagedPolicyArns?: readonly string[];
  readonly MaxSessionDuration?: number;
  readonly Path?: string;
  readonly PermissionsBoundary?: string;
  readonly Policies?: readonly InlinePolicy[];
  readonly Tags?: readonly Tag[];
}

/** Brings inline and managed policies from what they were to what the template says. */
async function setPolicies(
  RoleName: string,
  after: Partial<RoleProperties>,
  before: Partial<RoleProperties>,
  at: ResourceContext,
): Promise<void> {
  const [inline, oldInline] = [after.Policies ?? [], before.Policies ?? []];
  const [managed, oldManaged] = [after.ManagedPolicyArns ?? [], before.ManagedPolicyArns ?? []];
  for (const { PolicyName, PolicyDocument } of inline)
    await at.call(iam, "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: policyText(PolicyDocument) });
  for (const { PolicyName } of oldInline) {
    if (!inline.some((each) => each.PolicyName === PolicyName))
      await unlessMissing(at.call(iam, "DeleteRolePolicy", { RoleName, PolicyName }));
  }
  for (const PolicyArn of managed)
    if (!oldManaged.includes(PolicyArn)) await at.call(iam, "AttachRolePolicy", { RoleName, PolicyArn });
  for (const PolicyArn of oldManaged) {
    if (!managed.includes(PolicyArn))
      await unlessMissing(at.call(iam, "DetachRolePolicy", { RoleName, PolicyArn }));
  }
}

export const roleType = defineResourceType<RoleProperties>({
  type: "AWS::IAM::Role",
  name: { property: "RoleName" },
  create: async (properties, at) => {
    const { RoleName } = properties;
    const { Role } = await at.call(iam, "CreateRole", {
      ...pick(
        properties,
        "RoleName",
        "Path",
        "Description",
        "MaxSessionDuration",
        "PermissionsBoundary",
        "Tags",
      ),
      AssumeRolePolicyDocument: policyText(properties.AssumeRolePolicyDocument),
    });
    at.made(RoleName);
    await setPolicies(RoleName, properties, {}, at);
    return { id: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
  read: async (RoleName, at) => {
    const found = await unlessMissing(at.call(iam, "GetRole", { RoleName }), "NoSuchEntity");
    if (found === undefined) return undefined;
    const { Role } = found;
    const attached = await at.call(iam, "ListAttachedRolePolicies", { RoleName, MaxItems: 1000 });
    const { PolicyNames } = await at.call(iam, "ListRolePolicies", { RoleName, MaxItems: 1000 });
    const Policies: InlinePolicy[] = [];
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await at.call(iam, "GetRolePolicy", { RoleName, PolicyName });
      Policies.push({ PolicyName, PolicyDocument: JSON.parse(decodeURIComponent(PolicyDocument)) });
    }
    const ManagedPolicyArns = (attached.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn);
    return {
      ...pick(Role, "RoleName", "Path", "Description", "MaxSessionDuration", "Arn", "RoleId"),
      AssumeRolePolicyDocument: JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? "{}")),
      ...(Role.PermissionsBoundary === undefined
        ? {}
        : { PermissionsBoundary: Role.PermissionsBoundary.PermissionsBoundaryArn }),
      ...(ManagedPolicyArns.length > 0 ? { ManagedPolicyArns } : {}),
      ...(Policies.length > 0 ? { Policies } : {}),
      Tags: Role.Tags ?? [],
    };
  },
  update: async (RoleName, after, before, at) => {
    const trust = policyText(after.AssumeRolePolicyDocument);
    if (trust !== policyText(before.AssumeRolePolicyDocument))
      await at.call(iam, "UpdateAssumeRolePolicy", { RoleName, PolicyDocument: trust });
    if (after.Description !== before.Description || after.MaxSessionDuration !== before.MaxSessionDuration) {
      await at.call(iam, "UpdateRole", {
        RoleName,
        Description: after.Description ?? "",
        MaxSessionDuration: after.MaxSessionDuration ?? 3600,
      });
    }
    const { PermissionsBoundary } = after;
    if (PermissionsBoundary !== before.PermissionsBoundary) {
      if (PermissionsBoundary === undefined)
        await at.call(iam, "DeleteRolePermissionsBoundary", { RoleName });
      else await at.call(iam, "PutRolePermissionsBoundary", { RoleName, PermissionsBoundary });
    }
    await setPolicies(RoleName, after, before, at);
    const tags = tagChanges(before.Tags, after.Tags);
    if (tags.remove.length > 0) await at.call(iam, "UntagRole", { RoleName, TagKeys: tags.remove });
    if (tags.set.length > 0) await at.call(iam, "TagRole", { RoleName, Tags: tags.set });
    return undefined;
  },
  delete: async (RoleName, properties, at) => {
    await setPolicies(RoleName, {}, properties, at);
    await at.call(iam, "DeleteRole", { RoleName });
  },
  list: async (at) => {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await at.call(iam, "ListRoles", { MaxItems: 1000, Marker });
      names.push(...page.Roles.map((role) => role.RoleName));
      Marker = page.Marker;
    } while (Marker !== undefined);
    return names;
  },
});
