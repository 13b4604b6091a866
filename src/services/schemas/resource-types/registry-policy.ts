// AWS::EventSchemas::RegistryPolicy: who may use a registry.

import {
  defineResourceType,
  type Properties,
  policyText,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { schemas } from "../model.ts";

interface PolicyProperties {
  readonly Policy: Properties;
  readonly RegistryName: string;
  readonly RevisionId?: string;
}

function input({ Policy, RegistryName, RevisionId }: PolicyProperties) {
  return { RegistryName, Policy: policyText(Policy), ...(RevisionId === undefined ? {} : { RevisionId }) };
}

export const registryPolicyType = defineResourceType<PolicyProperties>({
  type: "AWS::EventSchemas::RegistryPolicy",
  create: async (properties, at) => {
    await at.call(schemas, "PutResourcePolicy", input(properties));
    return { id: properties.RegistryName, attributes: { Id: properties.RegistryName } };
  },
  read: async (RegistryName, at) => {
    const found = await unlessMissing(at.call(schemas, "GetResourcePolicy", { RegistryName }));
    return found?.Policy === undefined
      ? undefined
      : { Id: RegistryName, RegistryName, Policy: JSON.parse(found.Policy) };
  },
  update: async (_id, after, _before, at) => {
    await at.call(schemas, "PutResourcePolicy", input(after));
    return undefined;
  },
  delete: async (RegistryName, _properties, at) => {
    await at.call(schemas, "DeleteResourcePolicy", { RegistryName });
  },
});
