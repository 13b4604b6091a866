// PutResourcePolicy, GetResourcePolicies and DeleteResourcePolicy: through them
// parameters are shared with other accounts.

import { createHash } from "node:crypto";
import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePoliciesRequest,
  GetResourcePoliciesResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
} from "../../../model/generated/ssm.d.ts";
import { ssm } from "../model.ts";
import {
  findParameter,
  Parameter,
  type ParameterState,
  type ResourcePolicyState,
} from "../parameters/parameter.ts";

const mostPolicies = 50;
const longestPolicy = 20_480;

async function owned(tx: Transaction, arn: string, action: string): Promise<ParameterState> {
  if (/:opsitemgroup\//.test(arn)) throw notImplemented("ssm", "resource policies of OpsItem groups");
  const found = await findParameter(tx, arn, action);
  if (found === undefined || found.shared) {
    throw fault(ssm, "ResourceNotFoundException", "The specified parameter to be shared could not be found.");
  }
  return found.parameter;
}

export async function putResourcePolicy(
  { ResourceArn, Policy, PolicyId, PolicyHash }: PutResourcePolicyRequest,
  tx: Transaction,
): Promise<PutResourcePolicyResponse> {
  const parameter = await owned(tx, ResourceArn, "PutResourcePolicy");
  checkPolicy(Policy);
  if (parameter.tier !== "Advanced") {
    throw fault(
      ssm,
      "ResourcePolicyInvalidParameterException",
      "Only advanced-tier parameters can be shared.",
    );
  }
  const { resourcePolicies: all = [] } = parameter;
  if (PolicyId === undefined && all.length >= mostPolicies) {
    throw fault(
      ssm,
      "ResourcePolicyLimitExceededException",
      `A parameter can have at most ${mostPolicies} resource policies.`,
    );
  }
  if (PolicyId !== undefined) present(all, PolicyId, PolicyHash);
  const hash = createHash("sha256").update(Policy).digest("hex");
  const made: ResourcePolicyState = { id: PolicyId ?? tx.ids.uuid(), hash, policy: Policy };
  const others = all.filter(({ id }) => id !== made.id);
  tx.put(Parameter, { ...parameter, resourcePolicies: [...others, made] });
  return { PolicyId: made.id, PolicyHash: hash };
}

export async function getResourcePolicies(
  { ResourceArn, MaxResults = mostPolicies, NextToken }: GetResourcePoliciesRequest,
  tx: Transaction,
): Promise<GetResourcePoliciesResponse> {
  const { resourcePolicies: all = [] } = await owned(tx, ResourceArn, "GetResourcePolicies");
  const start = NextToken === undefined ? 0 : all.findIndex(({ id }) => id === NextToken) + 1;
  const page = all.slice(start, start + MaxResults);
  return {
    Policies: page.map(({ id, hash, policy }) => ({ PolicyId: id, PolicyHash: hash, Policy: policy })),
    ...(start + page.length < all.length && { NextToken: page.at(-1)?.id }),
  };
}

export async function deleteResourcePolicy(
  { ResourceArn, PolicyId, PolicyHash }: DeleteResourcePolicyRequest,
  tx: Transaction,
): Promise<DeleteResourcePolicyResponse> {
  const parameter = await owned(tx, ResourceArn, "DeleteResourcePolicy");
  const { resourcePolicies: all = [] } = parameter;
  present(all, PolicyId, PolicyHash);
  tx.put(Parameter, { ...parameter, resourcePolicies: all.filter(({ id }) => id !== PolicyId) });
  return {};
}

function present(all: readonly ResourcePolicyState[], id: string, hash: string | undefined): void {
  const found = all.find((each) => each.id === id);
  if (found === undefined) {
    throw fault(
      ssm,
      "ResourcePolicyNotFoundException",
      "No policies with the specified policy ID and hash could be found.",
    );
  }
  if (found.hash !== hash) {
    throw fault(
      ssm,
      "ResourcePolicyConflictException",
      "The hash provided in the call doesn't match the stored hash. This exception is thrown when trying to update an obsolete policy version or when multiple requests to update a policy are sent.",
    );
  }
}

function checkPolicy(text: string): void {
  const malformed = (why: string) =>
    fault(
      ssm,
      "MalformedResourcePolicyDocumentException",
      `The specified policy document is malformed or invalid. ${why}`,
    );
  if (text.length > longestPolicy) throw malformed(`It is longer than ${longestPolicy} characters.`);
  try {
    const { document } = compilePolicy(text);
    if (document.statements.some(({ principal }) => principal === undefined)) {
      throw malformed("A statement has no Principal.");
    }
  } catch (error) {
    if (error instanceof PolicyError) throw malformed(`${error.flaw} ${error.culprit}`.trim());
    throw error;
  }
}
