// AWS::SSM::ResourcePolicy: a policy that shares a parameter.

import {
  defineResourceType,
  policyText,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { ssm } from "../model.ts";

interface PolicyProperties {
  readonly ResourceArn: string;
  readonly Policy: unknown;
}

/** The id is the parameter's ARN and the policy's id, between which stands a bar. */
const partsOf = (id: string) => {
  const [ResourceArn = "", PolicyId = ""] = id.split("|");
  return { ResourceArn, PolicyId };
};

async function find(id: string, at: ResourceContext) {
  const { ResourceArn, PolicyId } = partsOf(id);
  const found = await unlessMissing(at.ctx.call(ssm, "GetResourcePolicies", { ResourceArn }));
  return (found?.Policies ?? []).find((each) => each.PolicyId === PolicyId);
}

export const resourcePolicyType = defineResourceType<PolicyProperties>({
  type: "AWS::SSM::ResourcePolicy",
  create: async ({ ResourceArn, Policy }, at) => {
    const { PolicyId, PolicyHash } = await at.call(ssm, "PutResourcePolicy", {
      ResourceArn,
      Policy: policyText(Policy),
    });
    return { id: `${ResourceArn}|${PolicyId}`, attributes: { PolicyId, PolicyHash } };
  },
  read: async (id, at) => {
    const found = await find(id, at);
    if (found === undefined) return undefined;
    const { PolicyId, PolicyHash, Policy = "{}" } = found;
    return { ResourceArn: partsOf(id).ResourceArn, Policy: JSON.parse(Policy), PolicyId, PolicyHash };
  },
  update: async (id, { ResourceArn, Policy }, _before, at) => {
    const found = await find(id, at);
    const { PolicyId, PolicyHash } = await at.call(ssm, "PutResourcePolicy", {
      ResourceArn,
      Policy: policyText(Policy),
      PolicyId: partsOf(id).PolicyId,
      PolicyHash: found?.PolicyHash,
    });
    return { attributes: { PolicyId, PolicyHash } };
  },
  delete: async (id, _properties, at) => {
    const found = await find(id, at);
    if (found === undefined) return;
    await at.call(ssm, "DeleteResourcePolicy", { ...partsOf(id), PolicyHash: found.PolicyHash });
  },
});
