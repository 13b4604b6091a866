// DeleteSecret and RestoreSecret.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteSecretRequest,
  DeleteSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter, invalidRequest, notFound } from "../model.ts";
import { cancelRotations, scheduleRotation } from "../rotation/schedule.ts";
import { checkAccess } from "../secrets/access.ts";
import { deleteWhenDue, removeSecret } from "../secrets/deletion.ts";
import { findSecret, isReplica, openSecret, Secret } from "../secrets/secret.ts";

const dayMilliseconds = 86_400_000;
const defaultDays = 30;
const leastDays = 7;

export async function deleteSecret(
  { SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }: DeleteSecretRequest,
  caller: Transaction,
): Promise<DeleteSecretResponse> {
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < leastDays || days > defaultDays)) {
    throw invalidParameter(
      `RecoveryWindowInDays value must be between ${leastDays} and ${defaultDays} days (inclusive).`,
    );
  }
  const found = await findSecret(caller, SecretId);
  if (found === undefined) {
    // To delete for good what is not there is no error.
    if (force && !SecretId.startsWith("arn:")) return { Name: SecretId, DeletionDate: caller.now };
    throw notFound();
  }
  const { secret, tx } = found;
  checkAccess(caller, tx.account, secret, "DeleteSecret");
  if (isReplica(secret)) {
    throw invalidRequest(
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }
  if (secret.replicas.some(({ failure }) => failure === undefined)) {
    const regions = secret.replicas.map(({ region }) => region).join(", ");
    throw invalidRequest(
      `You can't delete secret ${secret.name} that still has replica regions [${regions}]`,
    );
  }
  const { arn, name } = secret;
  if (force) {
    removeSecret(tx, secret);
    return { ARN: arn, Name: name, DeletionDate: tx.now };
  }
  if (secret.deletionAt !== undefined) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was already scheduled for deletion.",
    );
  }
  const deletionAt = tx.now + (days ?? defaultDays) * dayMilliseconds;
  tx.put(Secret, { ...secret, deletionAt });
  cancelRotations(tx, secret);
  tx.enqueue(deleteWhenDue, { name, arn }, { id: arn, at: deletionAt });
  return { ARN: arn, Name: name, DeletionDate: deletionAt };
}

export async function restoreSecret(
  { SecretId }: RestoreSecretRequest,
  caller: Transaction,
): Promise<RestoreSecretResponse> {
  const { secret, tx } = await openSecret(caller, SecretId, "RestoreSecret");
  const { deletionAt, ...restored } = secret;
  if (deletionAt !== undefined) {
    tx.put(Secret, restored);
    tx.cancel(deleteWhenDue, secret.arn);
    scheduleRotation(tx, restored);
  }
  return { ARN: secret.arn, Name: secret.name };
}
