// AWS::SecretsManager::ResourcePolicy: the policy of a secret, which is all that
// there is of it; its id is the secret's ARN.

import { defineResourceType, policyText, unlessMissing } from "../../../core/resource-type.ts";
import { secretsmanager } from "../model.ts";

interface PolicyProperties {
  readonly SecretId: string;
  readonly ResourcePolicy: unknown;
  readonly BlockPublicPolicy?: boolean;
}

const inputOf = ({ SecretId, ResourcePolicy, BlockPublicPolicy }: PolicyProperties) => ({
  SecretId,
  ResourcePolicy: policyText(ResourcePolicy) ?? "",
  BlockPublicPolicy,
});

export const resourcePolicyType = defineResourceType<PolicyProperties>({
  type: "AWS::SecretsManager::ResourcePolicy",
  create: async (properties, at) => {
    const { ARN } = await at.call(secretsmanager, "PutResourcePolicy", inputOf(properties));
    return { id: ARN!, attributes: { Id: ARN } };
  },
  read: async (SecretId, at) => {
    const found = await unlessMissing(at.call(secretsmanager, "GetResourcePolicy", { SecretId }));
    if (found?.ResourcePolicy === undefined) return undefined;
    return { Id: found.ARN, SecretId, ResourcePolicy: JSON.parse(found.ResourcePolicy) };
  },
  update: async (_id, after, _before, at) => {
    await at.call(secretsmanager, "PutResourcePolicy", inputOf(after));
    return undefined;
  },
  delete: async (SecretId, _properties, at) => {
    await at.call(secretsmanager, "DeleteResourcePolicy", { SecretId });
  },
});
