// Writing a secret: to its own Region and to its replicas, with the values of
// new versions, and without those of versions that are gone.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { secretsmanager } from "../model.ts";
import { type OpenSecret, replicaArn, Secret, type SecretState } from "./secret.ts";
import { open, type Plain, SecretValue, type StoredValue, samePlain, sealEverywhere } from "./value.ts";
import { withVersion } from "./versions.ts";

/** Replicas follow in all but their keys, policies and tags of time. */
export async function saveSecret(
  tx: Transaction,
  before: SecretState,
  after: SecretState,
  values: readonly StoredValue[] = [],
): Promise<void> {
  const kept = new Set(after.versions.map(({ id }) => id));
  const gone = before.versions.filter(({ id }) => !kept.has(id));
  tx.put(Secret, after);
  for (const value of values) tx.at({ region: value.arn.split(":")[3] ?? "" }).put(SecretValue, value);
  for (const { id } of gone) tx.delete(SecretValue, after.arn, id);
  for (const { region, failure } of after.replicas) {
    if (failure !== undefined) continue;
    const there = tx.at({ region });
    const replica = await there.get(Secret, after.name);
    if (replica === undefined) continue;
    const { description, tags, versions, changedAt, rotation } = after;
    there.put(Secret, { ...replica, description, tags, versions, changedAt, rotation });
    for (const { id } of gone) there.delete(SecretValue, replicaArn(after, region), id);
  }
}

export interface NewVersion {
  readonly versionId: string;
  readonly plain: Plain;
  readonly stages: readonly string[];
}

/**
 * Adds a version. The value is encrypted outside the transaction that writes it: should the secret have
 * another key by then, it begins anew. The same version with the same value is the same request again.
 */
export async function addVersion(
  ctx: Waiting,
  find: (tx: Transaction) => Promise<OpenSecret>,
  { versionId, plain, stages }: NewVersion,
  changed: (secret: SecretState, tx: Transaction) => SecretState = (secret) => secret,
): Promise<SecretState> {
  for (;;) {
    const seen = await ctx.atomically(async (caller) => {
      const { secret, tx } = await find(caller);
      return { secret: changed(secret, tx), existing: await tx.get(SecretValue, secret.arn, versionId) };
    });
    if (seen.existing !== undefined) {
      if (samePlain(await open(ctx, seen.existing), plain)) return seen.secret;
      throw fault(
        secretsmanager,
        "ResourceExistsException",
        `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${seen.secret.arn}.`,
      );
    }
    const values = await sealEverywhere(ctx, seen.secret, versionId, plain);
    const written = await ctx.atomically(async (caller) => {
      const { secret, tx } = await find(caller);
      const after = changed(secret, tx);
      const taken = await tx.get(SecretValue, secret.arn, versionId);
      if (taken !== undefined || !sameKeys(after, seen.secret)) return undefined;
      const version = { id: versionId, stages, createdAt: tx.now, kmsKeyId: after.kmsKeyId };
      const saved = { ...after, versions: withVersion(after.versions, version), changedAt: tx.now };
      await saveSecret(tx, secret, saved, values);
      return saved;
    });
    if (written !== undefined) return written;
  }
}

function sameKeys(one: SecretState, other: SecretState): boolean {
  const keys = ({ arn, kmsKeyId, replicas }: SecretState) => JSON.stringify([arn, kmsKeyId, replicas]);
  return keys(one) === keys(other);
}
