// Capabilities: what a caller must acknowledge before a template may do it.

import { type Fault, fault } from "../../../core/fault.ts";
import type { Template } from "../../../lang/template/template.ts";
import type { Capability } from "../../../model/generated/cloudformation.d.ts";
import { cloudformation } from "../model.ts";

const namedTypes: Readonly<Record<string, string>> = {
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
};

const iamTypes = new Set([
  ...Object.keys(namedTypes),
  "AWS::IAM::AccessKey",
  "AWS::IAM::Policy",
  "AWS::IAM::UserToGroupAddition",
]);

export interface NeededCapabilities {
  readonly capabilities: readonly Capability[];
  readonly reason?: string | undefined;
}

export function neededCapabilities(template: Template, expands: boolean): NeededCapabilities {
  const resources = [...template.resources.values()].filter(({ type }) => iamTypes.has(type));
  const named = resources.some(({ type, properties }) => properties[namedTypes[type] ?? ""] !== undefined);
  const types = [...new Set(resources.map(({ type }) => type))];
  const capabilities: Capability[] = [];
  if (resources.length > 0) capabilities.push(named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM");
  if (expands) capabilities.push("CAPABILITY_AUTO_EXPAND");
  const reason =
    types.length > 0
      ? `The following resource(s) require capabilities: [${types.join(", ")}]`
      : expands
        ? `The following transform(s) require capabilities: [${template.transforms.join(", ")}]`
        : undefined;
  return { capabilities, reason };
}

export function missingCapabilities(
  needed: NeededCapabilities,
  given: readonly Capability[],
): Fault | undefined {
  const missing = needed.capabilities.filter(
    (each) => !given.includes(each) && !(each === "CAPABILITY_IAM" && given.includes("CAPABILITY_NAMED_IAM")),
  );
  if (missing.length === 0) return undefined;
  return fault(
    cloudformation,
    "InsufficientCapabilitiesException",
    `Requires capabilities : [${missing.join(", ")}]`,
  );
}
