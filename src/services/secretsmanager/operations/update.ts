// UpdateSecret and UpdateSecretVersionStage.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  UpdateSecretRequest,
  UpdateSecretResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { openPrimary, type SecretState } from "../secrets/secret.ts";
import { addVersion, saveSecret } from "../secrets/store.ts";
import { open, plainOf, SecretValue, type StoredValue, seal } from "../secrets/value.ts";
import { current, withStageMoved } from "../secrets/versions.ts";

export async function updateSecret(input: UpdateSecretRequest, ctx: Waiting): Promise<UpdateSecretResponse> {
  if (input.Type !== undefined) throw notImplemented("secretsmanager", "the parameter Type");
  const { SecretId, Description, KmsKeyId } = input;
  const find = (tx: Transaction) => openPrimary(tx, SecretId, "UpdateSecret");
  const plain = plainOf(input);
  if (KmsKeyId !== undefined) await sealAnew(ctx, find, KmsKeyId);
  const described = (secret: SecretState): SecretState =>
    Description === undefined ? secret : { ...secret, description: Description };
  if (plain !== undefined) {
    const versionId = input.ClientRequestToken ?? ctx.ids.uuid();
    const secret = await addVersion(ctx, find, { versionId, plain, stages: [current] }, described);
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
  }
  const secret = await ctx.atomically(async (caller) => {
    const { secret, tx } = await find(caller);
    const after = { ...described(secret), changedAt: tx.now };
    await saveSecret(tx, secret, after);
    return after;
  });
  return { ARN: secret.arn, Name: secret.name };
}

/** Versions that carry labels go over to the new key; an empty one is Secrets Manager's own. */
async function sealAnew(
  ctx: Waiting,
  find: (tx: Transaction) => Promise<{ readonly secret: SecretState; readonly tx: Transaction }>,
  given: string,
): Promise<void> {
  const kmsKeyId = given === "" ? undefined : given;
  for (;;) {
    const { secret, values } = await ctx.atomically(async (caller) => {
      const { secret, tx } = await find(caller);
      const values: StoredValue[] = [];
      for (const { id, stages } of secret.versions) {
        const value = stages.length === 0 ? undefined : await tx.get(SecretValue, secret.arn, id);
        if (value !== undefined) values.push(value);
      }
      return { secret, values };
    });
    if (secret.kmsKeyId === kmsKeyId) return;
    const sealed: StoredValue[] = [];
    for (const value of values) {
      const { arn, versionId } = value;
      sealed.push(await seal(ctx, { arn, versionId, kmsKeyId }, await open(ctx, value)));
    }
    const written = await ctx.atomically(async (caller) => {
      const { secret: now, tx } = await find(caller);
      if (now.changedAt !== secret.changedAt || now.versions.length !== secret.versions.length) return false;
      const anew = new Set(sealed.map(({ versionId }) => versionId));
      const versions = now.versions.map((version) =>
        anew.has(version.id) ? { ...version, kmsKeyId } : version,
      );
      await saveSecret(tx, now, { ...now, kmsKeyId, versions, changedAt: tx.now }, sealed);
      return true;
    });
    if (written) return;
  }
}

export async function updateSecretVersionStage(
  input: UpdateSecretVersionStageRequest,
  caller: Transaction,
): Promise<UpdateSecretVersionStageResponse> {
  const { secret, tx } = await openPrimary(caller, input.SecretId, "UpdateSecretVersionStage");
  const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const versions = withStageMoved(secret.versions, stage, from, to);
  await saveSecret(tx, secret, { ...secret, versions, changedAt: tx.now });
  return { ARN: secret.arn, Name: secret.name };
}
