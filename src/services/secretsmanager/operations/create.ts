// CreateSecret.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { CreateSecretRequest, CreateSecretResponse } from "../../../model/generated/secretsmanager.d.ts";
import { invalidRequest, secretsmanager } from "../model.ts";
import { replicate } from "../secrets/replication.ts";
import { findSecret, Secret, type SecretState } from "../secrets/secret.ts";
import { showReplicas } from "../secrets/shown.ts";
import { addVersion } from "../secrets/store.ts";
import { withTags } from "../secrets/tags.ts";
import { open, plainOf, SecretValue, samePlain } from "../secrets/value.ts";
import { current } from "../secrets/versions.ts";

const suffixLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export async function createSecret(input: CreateSecretRequest, ctx: Waiting): Promise<CreateSecretResponse> {
  if (input.Type !== undefined) throw notImplemented("secretsmanager", "the parameter Type");
  checkName(input.Name);
  const plain = plainOf(input);
  const versionId = input.ClientRequestToken ?? ctx.ids.uuid();
  const suffix = [...ctx.ids.bytes(6)].map((byte) => suffixLetters[byte % suffixLetters.length]).join("");
  const made = await ctx.atomically((tx) => make(tx, input, suffix));
  if (made.existing) await checkSame(ctx, made.secret, versionId, input);
  else if (plain !== undefined) {
    // A key that cannot be used leaves no secret behind.
    await addVersion(ctx, (tx) => again(tx, made.secret), { versionId, plain, stages: [current] }).catch(
      async (error: unknown) => {
        await ctx.atomically(async (tx) => tx.delete(Secret, input.Name));
        throw error;
      },
    );
  }
  const secret =
    input.AddReplicaRegions === undefined || made.existing
      ? made.secret
      : await replicate(
          ctx,
          made.secret.arn,
          input.AddReplicaRegions,
          input.ForceOverwriteReplicaSecret === true,
        );
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(plain !== undefined && { VersionId: versionId }),
    ReplicationStatus: showReplicas(secret),
  };
}

async function make(
  tx: Transaction,
  input: CreateSecretRequest,
  suffix: string,
): Promise<{ readonly secret: SecretState; readonly existing: boolean }> {
  const { Name: name, Description: description, KmsKeyId: kmsKeyId } = input;
  const existing = await tx.get(Secret, name);
  if (existing?.deletionAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (existing !== undefined) return { secret: existing, existing: true };
  const secret: SecretState = {
    name,
    arn: `arn:aws:secretsmanager:${tx.region}:${tx.account}:secret:${name}-${suffix}`,
    account: tx.account,
    region: tx.region,
    description,
    owningService: tx.principal.service?.split(".")[0],
    kmsKeyId,
    createdAt: tx.now,
    changedAt: tx.now,
    tags: withTags({}, input.Tags),
    versions: [],
    replicas: [],
  };
  tx.put(Secret, secret);
  return { secret, existing: false };
}

async function again(tx: Transaction, { arn }: SecretState) {
  const found = await findSecret(tx, arn);
  if (found === undefined) throw exists(arn);
  return found;
}

/** The same request again finds what the first made; anything else finds the name taken. */
async function checkSame(
  ctx: Waiting,
  { arn, name, versions }: SecretState,
  versionId: string,
  input: CreateSecretRequest,
): Promise<void> {
  const plain = plainOf(input);
  const value = await ctx.atomically((tx) => tx.get(SecretValue, arn, versionId));
  if (plain === undefined || value === undefined || !versions.some(({ id }) => id === versionId)) {
    throw exists(name);
  }
  if (!samePlain(await open(ctx, value), plain)) throw exists(name);
}

function exists(name: string) {
  return fault(
    secretsmanager,
    "ResourceExistsException",
    `The operation failed because the secret ${name} already exists.`,
  );
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) return;
  throw fault(
    secretsmanager,
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
}
