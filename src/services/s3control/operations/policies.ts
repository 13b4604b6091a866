// Policies of access points.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import { isPublic } from "../../../lang/policy/public.ts";
import type { S3control } from "../../../model/generated/s3control.d.ts";
import { AccessPoint, type AccessPointState, accessPointArn, findPoint } from "../access-point.ts";
import { controlFault, type Input, type Output } from "../model.ts";

const largestPolicy = 20 * 1024;

async function putAccessPointPolicy(
  input: Input<"PutAccessPointPolicy">,
  tx: Transaction,
): Promise<Output<"PutAccessPointPolicy">> {
  const point = await findPoint(tx, input);
  const { document } = checked(input.Policy, accessPointArn(point.name, tx));
  if (isPublic(document) && point.publicAccess.BlockPublicPolicy) throw controlFault("AccessDenied");
  tx.put(AccessPoint, { ...point, policy: input.Policy });
  return {};
}

function checked(text: string, arn: string): Policy {
  if (Buffer.byteLength(text) > largestPolicy) {
    throw controlFault("MalformedPolicy", "Policy has exceeded the maximum allowed document size");
  }
  const policy = compiled(text);
  for (const { principal, notPrincipal, resource, notResource } of policy.document.statements) {
    if (principal === undefined && notPrincipal === undefined) {
      throw controlFault("MalformedPolicy", "Missing required field Principal");
    }
    const resources = resource ?? notResource ?? [];
    if (resources.length === 0) throw controlFault("MalformedPolicy", "Missing required field Resource");
    if (!resources.every((each) => each === arn || each.startsWith(`${arn}/object/`))) {
      throw controlFault("MalformedPolicy", "Policy has invalid resource");
    }
  }
  return policy;
}

function compiled(text: string): Policy {
  try {
    return compilePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    if (error.flaw === "missing") {
      throw controlFault("MalformedPolicy", `Missing required field ${error.culprit}`);
    }
    throw controlFault("MalformedPolicy");
  }
}

async function getAccessPointPolicy(
  input: Input<"GetAccessPointPolicy">,
  tx: Transaction,
): Promise<Output<"GetAccessPointPolicy">> {
  return { Policy: policyOf(await findPoint(tx, input)) };
}

function policyOf({ policy }: AccessPointState): string {
  if (policy === undefined) throw controlFault("NoSuchAccessPointPolicy");
  return policy;
}

async function getAccessPointPolicyStatus(
  input: Input<"GetAccessPointPolicyStatus">,
  tx: Transaction,
): Promise<Output<"GetAccessPointPolicyStatus">> {
  const policy = policyOf(await findPoint(tx, input));
  return { PolicyStatus: { IsPublic: isPublic(compilePolicy(policy).document) } };
}

async function deleteAccessPointPolicy(
  input: Input<"DeleteAccessPointPolicy">,
  tx: Transaction,
): Promise<Output<"DeleteAccessPointPolicy">> {
  const { policy: _gone, ...point } = await findPoint(tx, input);
  tx.put(AccessPoint, point);
  return {};
}

export const policyOperations = {
  PutAccessPointPolicy: putAccessPointPolicy,
  GetAccessPointPolicy: getAccessPointPolicy,
  GetAccessPointPolicyStatus: getAccessPointPolicyStatus,
  DeleteAccessPointPolicy: deleteAccessPointPolicy,
} satisfies Operations<S3control>;
