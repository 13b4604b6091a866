// Replicas: the same secret in other Regions, each with a key of its own.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ReplicaRegionType } from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter } from "../model.ts";
import { removeSecret } from "./deletion.ts";
import { openPrimary, type ReplicaState, replicaArn, Secret, type SecretState } from "./secret.ts";
import { open, SecretValue, type StoredValue, seal } from "./value.ts";

/** Whoever may create may replicate: `action` is asked only where it is a call of its own. */
export async function replicate(
  ctx: Waiting,
  id: string,
  given: readonly ReplicaRegionType[],
  overwrite: boolean,
): Promise<SecretState> {
  const regions = given.map(({ Region = "" }) => Region);
  if (new Set(regions).size !== regions.length) throw invalidParameter("A Region is named twice.");
  for (;;) {
    const { secret, values } = await ctx.atomically(async (caller) => {
      const { secret, tx } = await openPrimary(caller, id, "ReplicateSecretToRegions");
      if (regions.includes(secret.region) || regions.includes("")) {
        throw invalidParameter(`Invalid replica region: ${secret.region}`);
      }
      const values: StoredValue[] = [];
      for (const version of secret.versions) {
        const value = await tx.get(SecretValue, secret.arn, version.id);
        if (value !== undefined) values.push(value);
      }
      return { secret, values };
    });
    const copies: StoredValue[] = [];
    for (const value of values) {
      const plain = await open(ctx, value);
      for (const { Region: region = "", KmsKeyId: kmsKeyId } of given) {
        const arn = replicaArn(secret, region);
        copies.push(await seal(ctx, { arn, versionId: value.versionId, kmsKeyId }, plain));
      }
    }
    const written = await ctx.atomically(async (caller) => {
      const { secret: now, tx } = await openPrimary(caller, id, "ReplicateSecretToRegions");
      if (now.changedAt !== secret.changedAt || now.versions.length !== secret.versions.length)
        return undefined;
      return write(tx, now, given, copies, overwrite);
    });
    if (written !== undefined) return written;
  }
}

async function write(
  tx: Transaction,
  secret: SecretState,
  given: readonly ReplicaRegionType[],
  copies: readonly StoredValue[],
  overwrite: boolean,
): Promise<SecretState> {
  const made: ReplicaState[] = [];
  for (const { Region: region = "", KmsKeyId: kmsKeyId } of given) {
    const there = tx.at({ region });
    const existing = await there.get(Secret, secret.name);
    const own = existing?.arn === replicaArn(secret, region);
    if (existing !== undefined && !own && !overwrite) {
      const failure = `Replication failed: Secret name ${secret.name} already exists in this region.`;
      made.push({ region, kmsKeyId, failure });
      continue;
    }
    if (existing !== undefined && !own) removeSecret(there, existing);
    const { policy: _policy, replicas: _replicas, ...common } = secret;
    const arn = replicaArn(secret, region);
    there.put(Secret, { ...common, arn, region, kmsKeyId, primaryRegion: secret.region, replicas: [] });
    for (const copy of copies) if (copy.arn === arn) there.put(SecretValue, copy);
    made.push({ region, kmsKeyId });
  }
  const regions = new Set(made.map(({ region }) => region));
  const replicas = [...secret.replicas.filter(({ region }) => !regions.has(region)), ...made];
  const after: SecretState = { ...secret, primaryRegion: secret.region, replicas };
  tx.put(Secret, after);
  return after;
}

/** Those Regions' secrets go, at once. */
export async function removeReplicas(
  tx: Transaction,
  secret: SecretState,
  regions: readonly string[],
): Promise<SecretState> {
  for (const region of regions) {
    if (!secret.replicas.some((replica) => replica.region === region)) {
      throw invalidParameter(`The secret has no replica in the Region ${region}.`);
    }
    const there = tx.at({ region });
    const replica = await there.get(Secret, secret.name);
    if (replica?.arn === replicaArn(secret, region)) removeSecret(there, replica);
  }
  const replicas = secret.replicas.filter(({ region }) => !regions.includes(region));
  const after: SecretState = { ...secret, replicas };
  tx.put(Secret, after);
  return after;
}
