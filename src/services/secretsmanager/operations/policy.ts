// The secret's policy: put, shown, deleted, and looked over beforehand.

import { Fault, fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { isPublic } from "../../../lang/policy/public.ts";
import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
  ValidationErrorsEntry,
} from "../../../model/generated/secretsmanager.d.ts";
import { secretsmanager } from "../model.ts";
import { readPolicy } from "../secrets/access.ts";
import { openLivingSecret, Secret } from "../secrets/secret.ts";

export async function putResourcePolicy(
  { SecretId, ResourcePolicy: text, BlockPublicPolicy }: PutResourcePolicyRequest,
  caller: Transaction,
): Promise<PutResourcePolicyResponse> {
  const { secret, tx } = await openLivingSecret(caller, SecretId, "PutResourcePolicy");
  const { document } = readPolicy(text);
  if (BlockPublicPolicy === true && isPublic(document)) {
    throw fault(
      secretsmanager,
      "PublicPolicyException",
      "The resource policy grants broad access to the secret, which BlockPublicPolicy does not allow.",
    );
  }
  tx.put(Secret, { ...secret, policy: text });
  return { ARN: secret.arn, Name: secret.name };
}

export async function getResourcePolicy(
  { SecretId }: GetResourcePolicyRequest,
  caller: Transaction,
): Promise<GetResourcePolicyResponse> {
  const { secret } = await openLivingSecret(caller, SecretId, "GetResourcePolicy");
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy };
}

export async function deleteResourcePolicy(
  { SecretId }: DeleteResourcePolicyRequest,
  caller: Transaction,
): Promise<DeleteResourcePolicyResponse> {
  const { secret, tx } = await openLivingSecret(caller, SecretId, "DeleteResourcePolicy");
  const { policy: _policy, ...open } = secret;
  tx.put(Secret, open);
  return { ARN: secret.arn, Name: secret.name };
}

export async function validateResourcePolicy(
  { SecretId, ResourcePolicy: text }: ValidateResourcePolicyRequest,
  caller: Transaction,
): Promise<ValidateResourcePolicyResponse> {
  if (SecretId !== undefined) await openLivingSecret(caller, SecretId, "ValidateResourcePolicy");
  const ValidationErrors = problemsOf(text);
  return { PolicyValidationPassed: ValidationErrors.length === 0, ValidationErrors };
}

function problemsOf(text: string): readonly ValidationErrorsEntry[] {
  try {
    const { document } = readPolicy(text);
    if (!isPublic(document)) return [];
    return [{ CheckName: "BROAD_ACCESS", ErrorMessage: "The resource policy grants broad access." }];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ CheckName: "POLICY_SYNTAX", ErrorMessage: error.message }];
  }
}
