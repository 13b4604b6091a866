// RotateSecret and CancelRotateSecret.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  CancelRotateSecretRequest,
  CancelRotateSecretResponse,
  RotateSecretRequest,
  RotateSecretResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidRequest } from "../model.ts";
import { checkFunction } from "../rotation/permission.ts";
import { rotate } from "../rotation/rotate.ts";
import {
  cancelRotations,
  checkRules,
  nextRotation,
  pendingRotation,
  scheduleRotation,
  startRotation,
} from "../rotation/schedule.ts";
import { openPrimary, type RotationState, type SecretState } from "../secrets/secret.ts";
import { saveSecret } from "../secrets/store.ts";
import { current, pending, versionWith, withVersion } from "../secrets/versions.ts";

export async function rotateSecret(input: RotateSecretRequest, ctx: Waiting): Promise<RotateSecretResponse> {
  for (const name of ["ExternalSecretRotationMetadata", "ExternalSecretRotationRoleArn"] as const) {
    if (input[name] !== undefined) throw notImplemented("secretsmanager", `the parameter ${name}`);
  }
  checkRules(input.RotationRules);
  const seen = await ctx.atomically((tx) => openPrimary(tx, input.SecretId, "RotateSecret"));
  const lambdaArn = input.RotationLambdaARN ?? seen.secret.rotation?.lambdaArn;
  if (lambdaArn === undefined) {
    throw invalidRequest("No Lambda rotation function ARN is associated with this secret.");
  }
  if (lambdaArn !== seen.secret.rotation?.lambdaArn) await checkFunction(ctx, seen.secret, lambdaArn);
  const token = input.ClientRequestToken ?? ctx.ids.uuid();
  return ctx.atomically(async (caller) => {
    const { secret, tx } = await openPrimary(caller, input.SecretId, "RotateSecret");
    if (versionWith(secret.versions, current) === undefined) {
      throw invalidRequest("You can't rotate a secret that has no value yet.");
    }
    const unfinished = pendingRotation(secret);
    if (unfinished !== undefined && unfinished !== token) {
      throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
    }
    const rules = input.RotationRules ?? secret.rotation?.rules;
    const rotation: RotationState = {
      ...secret.rotation,
      enabled: true,
      lambdaArn,
      rules,
      nextAt: nextRotation(rules, tx.now),
    };
    const rotating = { ...secret, rotation, changedAt: tx.now };
    const { arn, name } = secret;
    if (input.RotateImmediately !== false) await startRotation(tx, rotating, token);
    else await tryRotation(tx, secret, rotating, token);
    return { ARN: arn, Name: name, VersionId: token };
  });
}

/** Only the step testSecret, with a version that goes when it is over. */
async function tryRotation(
  tx: Transaction,
  before: SecretState,
  secret: SecretState,
  token: string,
): Promise<void> {
  const version = { id: token, stages: [pending], createdAt: tx.now, kmsKeyId: secret.kmsKeyId };
  const tried = { ...secret, versions: withVersion(secret.versions, version) };
  await saveSecret(tx, before, tried);
  scheduleRotation(tx, tried);
  const { name, arn } = secret;
  tx.enqueue(rotate, { name, arn, token, step: "testSecret", trial: true, failures: 0 }, { id: arn });
}

/** What the rotation left behind stays: the user must see to it. */
export async function cancelRotateSecret(
  { SecretId }: CancelRotateSecretRequest,
  caller: Transaction,
): Promise<CancelRotateSecretResponse> {
  const { secret, tx } = await openPrimary(caller, SecretId, "CancelRotateSecret");
  const { rotation } = secret;
  if (rotation === undefined) {
    throw invalidRequest("No Lambda rotation function ARN is associated with this secret.");
  }
  const still = { ...secret, rotation: { ...rotation, enabled: false, nextAt: undefined } };
  await saveSecret(tx, secret, still);
  cancelRotations(tx, secret);
  return { ARN: secret.arn, Name: secret.name, VersionId: pendingRotation(secret) };
}
