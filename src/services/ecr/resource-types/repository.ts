// AWS::ECR::Repository. Without `EmptyOnDelete`, one with images stays, and the
// stack says so.

import {
  defineResourceType,
  pick,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { ecr } from "../model.ts";
import { repositoryArn } from "../repositories/repository.ts";

interface RepositoryProperties {
  readonly RepositoryName: string;
  readonly EmptyOnDelete?: boolean;
  readonly EncryptionConfiguration?: { readonly EncryptionType: string; readonly KmsKey?: string };
  readonly ImageScanningConfiguration?: { readonly ScanOnPush?: boolean };
  readonly ImageTagMutability?: string;
  readonly ImageTagMutabilityExclusionFilters?: readonly Exclusion[];
  readonly LifecyclePolicy?: { readonly LifecyclePolicyText?: string; readonly RegistryId?: string };
  readonly RepositoryPolicyText?: unknown;
  readonly Tags?: readonly Tag[];
}

interface Exclusion {
  readonly ImageTagMutabilityExclusionFilterType: string;
  readonly ImageTagMutabilityExclusionFilterValue: string;
}

const exclusionsOf = (properties: RepositoryProperties) =>
  properties.ImageTagMutabilityExclusionFilters?.map((each) => ({
    filterType: each.ImageTagMutabilityExclusionFilterType,
    filter: each.ImageTagMutabilityExclusionFilterValue,
  }));

const scanningOf = ({ ImageScanningConfiguration: scanning }: RepositoryProperties) => ({
  scanOnPush: scanning?.ScanOnPush ?? false,
});

function attributes(name: string, at: ResourceContext, uri: string | undefined) {
  return { Arn: repositoryArn(name, at), RepositoryUri: uri };
}

async function setPolicies(
  repositoryName: string,
  after: RepositoryProperties,
  before: RepositoryProperties | undefined,
  at: ResourceContext,
): Promise<void> {
  const lifecyclePolicyText = after.LifecyclePolicy?.LifecyclePolicyText;
  if (lifecyclePolicyText !== undefined) {
    await at.call(ecr, "PutLifecyclePolicy", { repositoryName, lifecyclePolicyText });
  } else if (before?.LifecyclePolicy?.LifecyclePolicyText !== undefined) {
    await unlessMissing(at.call(ecr, "DeleteLifecyclePolicy", { repositoryName }));
  }
  const text = policyText(after.RepositoryPolicyText);
  if (text !== undefined) await at.call(ecr, "SetRepositoryPolicy", { repositoryName, policyText: text });
  else if (before?.RepositoryPolicyText !== undefined) {
    await unlessMissing(at.call(ecr, "DeleteRepositoryPolicy", { repositoryName }));
  }
}

export const repositoryType = defineResourceType<RepositoryProperties>({
  type: "AWS::ECR::Repository",
  name: { property: "RepositoryName", maximum: 256, lowerCase: true },
  unsupported: ["LifecyclePolicy/RegistryId"],
  create: async (properties, at) => {
    const { RepositoryName, EncryptionConfiguration: encryption, Tags } = properties;
    const { repository } = await at.call(ecr, "CreateRepository", {
      repositoryName: RepositoryName,
      imageTagMutability: properties.ImageTagMutability,
      imageTagMutabilityExclusionFilters: exclusionsOf(properties),
      imageScanningConfiguration: scanningOf(properties),
      ...(encryption !== undefined && {
        encryptionConfiguration: { encryptionType: encryption.EncryptionType, kmsKey: encryption.KmsKey },
      }),
      tags: Tags,
    });
    at.made(RepositoryName);
    await setPolicies(RepositoryName, properties, undefined, at);
    return { id: RepositoryName, attributes: attributes(RepositoryName, at, repository?.repositoryUri) };
  },
  read: async (RepositoryName, at) => {
    const { repositories = [] } =
      (await unlessMissing(at.call(ecr, "DescribeRepositories", { repositoryNames: [RepositoryName] }))) ??
      {};
    const [found] = repositories;
    if (found === undefined) return undefined;
    const named = { repositoryName: RepositoryName };
    const policy = await unlessMissing(at.call(ecr, "GetRepositoryPolicy", named));
    const lifecycle = await unlessMissing(at.call(ecr, "GetLifecyclePolicy", named));
    const { tags = [] } = await at.call(ecr, "ListTagsForResource", { resourceArn: found.repositoryArn });
    const { encryptionType, kmsKey } = found.encryptionConfiguration ?? {};
    return {
      ...attributes(RepositoryName, at, found.repositoryUri),
      RepositoryName,
      ImageTagMutability: found.imageTagMutability,
      ImageTagMutabilityExclusionFilters: found.imageTagMutabilityExclusionFilters?.map((each) => ({
        ImageTagMutabilityExclusionFilterType: each.filterType,
        ImageTagMutabilityExclusionFilterValue: each.filter,
      })),
      ImageScanningConfiguration: { ScanOnPush: found.imageScanningConfiguration?.scanOnPush },
      EncryptionConfiguration: { EncryptionType: encryptionType, ...(kmsKey && { KmsKey: kmsKey }) },
      RepositoryPolicyText: policy?.policyText && JSON.parse(policy.policyText),
      LifecyclePolicy: lifecycle && { LifecyclePolicyText: lifecycle.lifecyclePolicyText },
      ...(tags.length > 0 && { Tags: tags }),
    };
  },
  update: async (repositoryName, after, before, at) => {
    await at.call(ecr, "PutImageTagMutability", {
      repositoryName,
      imageTagMutability: after.ImageTagMutability ?? "MUTABLE",
      imageTagMutabilityExclusionFilters: exclusionsOf(after),
    });
    await at.call(ecr, "PutImageScanningConfiguration", {
      repositoryName,
      imageScanningConfiguration: scanningOf(after),
    });
    await setPolicies(repositoryName, after, before, at);
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const resourceArn = repositoryArn(repositoryName, at);
    if (remove.length > 0) await at.call(ecr, "UntagResource", { resourceArn, tagKeys: remove });
    if (set.length > 0) await at.call(ecr, "TagResource", { resourceArn, tags: set });
    return undefined;
  },
  delete: async (repositoryName, { EmptyOnDelete: force = false }, at) => {
    await at.call(ecr, "DeleteRepository", { repositoryName, force });
  },
  list: async (at) => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await at.call(ecr, "DescribeRepositories", { nextToken });
      for (const { repositoryName } of page.repositories ?? []) names.push(repositoryName!);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  },
});

interface RegistryPolicyProperties {
  readonly PolicyText: unknown;
}

/** AWS::ECR::RegistryPolicy: one for each account and Region, whose id is the account's. */
export const registryPolicyType = defineResourceType<RegistryPolicyProperties>({
  type: "AWS::ECR::RegistryPolicy",
  existing: async (_properties, at) =>
    (await unlessMissing(at.ctx.call(ecr, "GetRegistryPolicy", {})))?.registryId,
  create: async ({ PolicyText }, at) => {
    await at.call(ecr, "PutRegistryPolicy", { policyText: policyText(PolicyText) });
    return { id: at.account, attributes: { RegistryId: at.account } };
  },
  read: async (_id, at) => {
    const found = await unlessMissing(at.call(ecr, "GetRegistryPolicy", {}));
    if (found === undefined) return undefined;
    return { ...pick({ RegistryId: at.account }, "RegistryId"), PolicyText: JSON.parse(found.policyText!) };
  },
  update: async (_id, { PolicyText }, _before, at) => {
    await at.call(ecr, "PutRegistryPolicy", { policyText: policyText(PolicyText) });
    return undefined;
  },
  delete: async (_id, _properties, at) => {
    await at.call(ecr, "DeleteRegistryPolicy", {});
  },
});
