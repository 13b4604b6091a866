// AWS::IAM::Policy, ManagedPolicy, and the inline policies of one role, user or
// group.

import { physicalName } from "../../../core/provision.ts";
import {
  defineResourceType,
  type Properties,
  policyText,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { iam } from "../model.ts";

type Kind = "Role" | "User" | "Group";

const kinds: readonly Kind[] = ["Role", "User", "Group"];

interface Holders {
  readonly Roles?: readonly string[];
  readonly Users?: readonly string[];
  readonly Groups?: readonly string[];
}

const holdersOf = (given: Holders, kind: Kind): readonly string[] => given[`${kind}s`] ?? [];

interface PolicyProperties extends Holders {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

function putInline(kind: Kind, holder: string, PolicyName: string, document: unknown, at: ResourceContext) {
  return at.call(iam, `Put${kind}Policy`, {
    [`${kind}Name`]: holder,
    PolicyName,
    PolicyDocument: policyText(document),
  });
}

async function deleteInline(
  kind: Kind,
  holder: string,
  PolicyName: string,
  at: ResourceContext,
): Promise<void> {
  await unlessMissing(at.call(iam, `Delete${kind}Policy`, { [`${kind}Name`]: holder, PolicyName }));
}

export const policyType = defineResourceType<PolicyProperties>({
  type: "AWS::IAM::Policy",
  create: async (properties, at) => {
    for (const kind of kinds)
      for (const holder of holdersOf(properties, kind))
        await putInline(kind, holder, properties.PolicyName, properties.PolicyDocument, at);
    const id = physicalName(at, 128, false);
    return { id, attributes: { Id: id } };
  },
  update: async (_id, after, before, at) => {
    for (const kind of kinds) {
      const wanted = holdersOf(after, kind);
      for (const holder of wanted) await putInline(kind, holder, after.PolicyName, after.PolicyDocument, at);
      for (const holder of holdersOf(before, kind)) {
        if (!wanted.includes(holder) || after.PolicyName !== before.PolicyName)
          await deleteInline(kind, holder, before.PolicyName, at);
      }
    }
    return undefined;
  },
  delete: async (_id, properties, at) => {
    for (const kind of kinds)
      for (const holder of holdersOf(properties, kind))
        await deleteInline(kind, holder, properties.PolicyName, at);
  },
});

function inlinePolicyType(kind: Kind) {
  const holder = `${kind}Name`;
  const nameOf = (properties: Properties): string => String(properties[holder]);
  return defineResourceType<Properties & { readonly PolicyName: string; readonly PolicyDocument: unknown }>({
    type: `AWS::IAM::${kind}Policy`,
    create: async (properties, at) => {
      await putInline(kind, nameOf(properties), properties.PolicyName, properties.PolicyDocument ?? {}, at);
      return { id: `${properties.PolicyName}|${nameOf(properties)}` };
    },
    read: async (_id, at, properties) => {
      const input = { [holder]: nameOf(properties), PolicyName: properties.PolicyName };
      const found = await unlessMissing(at.call(iam, `Get${kind}Policy`, input));
      if (found === undefined) return undefined;
      return { ...input, PolicyDocument: JSON.parse(decodeURIComponent(found.PolicyDocument)) };
    },
    update: async (_id, after, _before, at) => {
      await putInline(kind, nameOf(after), after.PolicyName, after.PolicyDocument ?? {}, at);
      return undefined;
    },
    delete: (_id, properties, at) => deleteInline(kind, nameOf(properties), properties.PolicyName, at),
  });
}

export const rolePolicyType = inlinePolicyType("Role");
export const userPolicyType = inlinePolicyType("User");
export const groupPolicyType = inlinePolicyType("Group");

interface ManagedPolicyProperties extends Holders {
  readonly ManagedPolicyName: string;
  readonly Description?: string;
  readonly Path?: string;
  readonly PolicyDocument: unknown;
}

async function attach(
  PolicyArn: string,
  after: Holders,
  before: Holders,
  at: ResourceContext,
): Promise<void> {
  for (const kind of kinds) {
    const [wanted, old] = [holdersOf(after, kind), holdersOf(before, kind)];
    for (const holder of wanted)
      if (!old.includes(holder))
        await at.call(iam, `Attach${kind}Policy`, { [`${kind}Name`]: holder, PolicyArn });
    for (const holder of old) {
      if (!wanted.includes(holder))
        await unlessMissing(at.call(iam, `Detach${kind}Policy`, { [`${kind}Name`]: holder, PolicyArn }));
    }
  }
}

const maximumVersions = 5;

export const managedPolicyType = defineResourceType<ManagedPolicyProperties>({
  type: "AWS::IAM::ManagedPolicy",
  name: { property: "ManagedPolicyName", maximum: 128 },
  create: async (properties, at) => {
    const { ManagedPolicyName: PolicyName, Path, Description } = properties;
    const { Policy } = await at.call(iam, "CreatePolicy", {
      PolicyName,
      PolicyDocument: policyText(properties.PolicyDocument),
      ...(Path === undefined ? {} : { Path }),
      ...(Description === undefined ? {} : { Description }),
    });
    const id = Policy!.Arn!;
    at.made(id);
    await attach(id, properties, {}, at);
    return {
      id,
      attributes: { PolicyArn: id, PolicyId: Policy!.PolicyId, DefaultVersionId: Policy!.DefaultVersionId },
    };
  },
  read: async (PolicyArn, at) => {
    const found = await unlessMissing(at.call(iam, "GetPolicy", { PolicyArn }));
    const policy = found?.Policy;
    if (policy === undefined) return undefined;
    const { PolicyVersion } = await at.call(iam, "GetPolicyVersion", {
      PolicyArn,
      VersionId: policy.DefaultVersionId,
    });
    return {
      ManagedPolicyName: policy.PolicyName,
      Path: policy.Path,
      PolicyArn,
      PolicyId: policy.PolicyId,
      DefaultVersionId: policy.DefaultVersionId,
      IsAttachable: policy.IsAttachable,
      AttachmentCount: policy.AttachmentCount,
      ...(policy.Description === undefined ? {} : { Description: policy.Description }),
      PolicyDocument: JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "%7B%7D")),
    };
  },
  update: async (PolicyArn, after, before, at) => {
    if (!same(after.PolicyDocument, before.PolicyDocument)) {
      const { Versions = [] } = await at.ctx.call(iam, "ListPolicyVersions", { PolicyArn });
      // The oldest makes room for the next one.
      const spare = Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true).at(-1);
      if (Versions.length >= maximumVersions && spare !== undefined)
        await at.call(iam, "DeletePolicyVersion", { PolicyArn, VersionId: spare.VersionId });
      const PolicyDocument = policyText(after.PolicyDocument);
      await at.call(iam, "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true });
    }
    await attach(PolicyArn, after, before, at);
    return undefined;
  },
  delete: async (PolicyArn, properties, at) => {
    await attach(PolicyArn, {}, properties, at);
    const found = await unlessMissing(at.ctx.call(iam, "ListPolicyVersions", { PolicyArn }));
    for (const { VersionId, IsDefaultVersion } of found?.Versions ?? [])
      if (IsDefaultVersion !== true) await at.call(iam, "DeletePolicyVersion", { PolicyArn, VersionId });
    await at.call(iam, "DeletePolicy", { PolicyArn });
  },
});
