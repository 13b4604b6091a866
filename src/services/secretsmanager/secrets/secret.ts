// The secret: its settings and its versions, and the ways in which requests
// name it. What the versions hold is kept apart from it.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { RotationRulesType } from "../../../model/generated/secretsmanager.d.ts";
import { invalidRequest, notFound } from "../model.ts";
import { checkAccess } from "./access.ts";
import type { VersionState } from "./versions.ts";

export interface SecretState {
  readonly name: string;
  /** Ends with six characters of its own: a secret made again under a name is another one. */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly description?: string | undefined;
  /** The service that made it and looks after it: `events`. */
  readonly owningService?: string | undefined;
  /** Undefined: Secrets Manager's own key. */
  readonly kmsKeyId?: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it will be gone. */
  readonly deletionAt?: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string | undefined;
  /** Oldest first. */
  readonly versions: readonly VersionState[];
  readonly rotation?: RotationState | undefined;
  /** Where it is written, once it is in several Regions. */
  readonly primaryRegion?: string | undefined;
  /** Of the primary. */
  readonly replicas: readonly ReplicaState[];
}

export interface RotationState {
  readonly enabled: boolean;
  readonly lambdaArn: string;
  readonly rules: RotationRulesType | undefined;
  readonly nextAt?: number | undefined;
  readonly lastAt?: number | undefined;
}

export interface ReplicaState {
  readonly region: string;
  readonly kmsKeyId?: string | undefined;
  /** Why it could not be made. */
  readonly failure?: string | undefined;
}

export const Secret = defineResource<SecretState>()({
  service: "secretsmanager",
  type: "secret",
  key: (secret) => [secret.name],
  arn: (secret) => secret.arn,
  named: ({ SecretId, Name }, { region, account }) => {
    const name = SecretId ?? Name;
    if (typeof name !== "string") return undefined;
    return name.startsWith("arn:") ? name : `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  },
  tags: (secret) => secret.tags,
  indexes: {
    created: (secret) => [secret.createdAt, secret.name],
    changed: (secret) => [secret.changedAt, secret.name],
  },
  cached: true,
});

/** A secret, and the transaction looking at the account that owns it. */
export interface OpenSecret {
  readonly secret: SecretState;
  readonly tx: Transaction;
}

/** By name, by ARN, or by ARN without its last six characters; undefined where there is none. */
export async function findSecret(caller: Transaction, id: string): Promise<OpenSecret | undefined> {
  if (!id.startsWith("arn:")) {
    const secret = await caller.get(Secret, id);
    return secret && { secret, tx: caller };
  }
  const [, region, account, rest = ""] =
    /^arn:aws:secretsmanager:([^:]+):(\d{12}):secret:(.+)$/.exec(id) ?? [];
  if (region !== caller.region || account === undefined) return undefined;
  const tx = account === caller.account ? caller : caller.at({ account });
  const whole = await tx.get(Secret, rest.replace(/-[A-Za-z0-9]{6}$/, ""));
  if (whole?.arn === id) return { secret: whole, tx };
  const partial = await tx.get(Secret, rest);
  return partial && { secret: partial, tx };
}

/** For those who may do `action` to it. */
export async function openSecret(caller: Transaction, id: string, action: string): Promise<OpenSecret> {
  const found = await findSecret(caller, id);
  if (found === undefined) throw notFound();
  checkAccess(caller, found.tx.account, found.secret, action);
  return found;
}

/** As `openSecret`, for what a secret that is about to go does not do. */
export async function openLivingSecret(caller: Transaction, id: string, action: string): Promise<OpenSecret> {
  const open = await openSecret(caller, id, action);
  if (open.secret.deletionAt !== undefined) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return open;
}

/** As `openLivingSecret`, for what changes it: replicas are changed through their primary. */
export async function openPrimary(caller: Transaction, id: string, action: string): Promise<OpenSecret> {
  const open = await openLivingSecret(caller, id, action);
  if (isReplica(open.secret)) {
    throw invalidRequest(
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }
  return open;
}

export function isReplica({ primaryRegion, region }: SecretState): boolean {
  return primaryRegion !== undefined && primaryRegion !== region;
}

export function replicaArn({ arn }: SecretState, region: string): string {
  const parts = arn.split(":");
  return [...parts.slice(0, 3), region, ...parts.slice(4)].join(":");
}
