// ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse,
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse,
  StopReplicationToReplicaRequest,
  StopReplicationToReplicaResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidRequest } from "../model.ts";
import { removeReplicas, replicate } from "../secrets/replication.ts";
import { isReplica, openLivingSecret, openPrimary, Secret } from "../secrets/secret.ts";
import { showReplicas } from "../secrets/shown.ts";

export async function replicateSecretToRegions(
  input: ReplicateSecretToRegionsRequest,
  ctx: Waiting,
): Promise<ReplicateSecretToRegionsResponse> {
  const overwrite = input.ForceOverwriteReplicaSecret === true;
  const secret = await replicate(ctx, input.SecretId, input.AddReplicaRegions, overwrite);
  return { ARN: secret.arn, ReplicationStatus: showReplicas(secret) };
}

export async function removeRegionsFromReplication(
  { SecretId, RemoveReplicaRegions: regions }: RemoveRegionsFromReplicationRequest,
  caller: Transaction,
): Promise<RemoveRegionsFromReplicationResponse> {
  const { secret, tx } = await openPrimary(caller, SecretId, "RemoveRegionsFromReplication");
  const after = await removeReplicas(tx, secret, regions);
  return { ARN: after.arn, ReplicationStatus: showReplicas(after) ?? [] };
}

/** Asked of the replica, which becomes a secret of its own. */
export async function stopReplicationToReplica(
  { SecretId }: StopReplicationToReplicaRequest,
  caller: Transaction,
): Promise<StopReplicationToReplicaResponse> {
  const { secret, tx } = await openLivingSecret(caller, SecretId, "StopReplicationToReplica");
  if (!isReplica(secret)) {
    throw invalidRequest("You can't stop replication because the secret is not a replica secret.");
  }
  const { primaryRegion = "", ...own } = secret;
  const there = tx.at({ region: primaryRegion });
  const primary = await there.get(Secret, secret.name);
  if (primary !== undefined) {
    const replicas = primary.replicas.filter(({ region }) => region !== secret.region);
    there.put(Secret, { ...primary, replicas });
  }
  tx.put(Secret, own);
  return { ARN: secret.arn };
}
