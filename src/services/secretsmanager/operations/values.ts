// GetSecretValue, BatchGetSecretValue, PutSecretValue, ListSecretVersionIds.

import { Fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  APIErrorType,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  SecretValueEntry,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter, invalidRequest, notFound } from "../model.ts";
import { lastAccesses, noteAccess } from "../secrets/last-access.ts";
import { openLivingSecret, openPrimary, openSecret, type SecretState } from "../secrets/secret.ts";
import { addVersion } from "../secrets/store.ts";
import { open, plainOf, SecretValue, showPlain } from "../secrets/value.ts";
import { current, type VersionState, versionWith } from "../secrets/versions.ts";
import { listMatching } from "./list.ts";

export async function getSecretValue(
  input: GetSecretValueRequest,
  ctx: Waiting,
): Promise<GetSecretValueResponse> {
  const { SecretId, VersionId, VersionStage } = input;
  const { secret, version, value } = await ctx.atomically(async (caller) => {
    const { secret, tx } = await openLivingSecret(caller, SecretId, "GetSecretValue");
    const version = chosen(secret, VersionId, VersionStage);
    const value = await tx.get(SecretValue, secret.arn, version.id);
    if (value === undefined) throw missing(VersionId, VersionStage);
    await noteAccess(tx, secret.arn, version.id);
    return { secret, version, value };
  });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...showPlain(await open(ctx, value)),
    VersionStages: version.stages.length === 0 ? undefined : version.stages,
    CreatedDate: version.createdAt,
  };
}

function chosen({ versions }: SecretState, id: string | undefined, stage: string | undefined): VersionState {
  const version =
    id === undefined ? versionWith(versions, stage ?? current) : versions.find((each) => each.id === id);
  if (version === undefined) throw missing(id, stage);
  if (id !== undefined && stage !== undefined && !version.stages.includes(stage)) {
    throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
  }
  return version;
}

function missing(id: string | undefined, stage: string | undefined): Fault {
  return notFound(
    id === undefined
      ? `secret value for staging label: ${stage ?? current}`
      : `secret value for VersionId: ${id}`,
  );
}

export async function batchGetSecretValue(
  { SecretIdList: ids, Filters: filters, MaxResults, NextToken }: BatchGetSecretValueRequest,
  ctx: Waiting,
): Promise<BatchGetSecretValueResponse> {
  if ((ids === undefined) === (filters === undefined)) {
    throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  }
  if (ids !== undefined && (MaxResults !== undefined || NextToken !== undefined)) {
    throw invalidParameter("MaxResults and NextToken can only be used with Filters.");
  }
  const page =
    filters === undefined
      ? undefined
      : await ctx.atomically((tx) =>
          listMatching(tx, { Filters: filters, NextToken, MaxResults: MaxResults ?? 20 }),
        );
  const SecretValues: SecretValueEntry[] = [];
  const Errors: APIErrorType[] = [];
  for (const SecretId of ids ?? page?.values.map(({ arn }) => arn) ?? []) {
    try {
      SecretValues.push(await getSecretValue({ SecretId }, ctx));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors, NextToken: page?.cursor };
}

export async function putSecretValue(
  input: PutSecretValueRequest,
  ctx: Waiting,
): Promise<PutSecretValueResponse> {
  if (input.RotationToken !== undefined) {
    throw notImplemented("secretsmanager", "the parameter RotationToken");
  }
  const plain = plainOf(input);
  if (plain === undefined) throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const versionId = input.ClientRequestToken ?? ctx.ids.uuid();
  const stages = input.VersionStages ?? [current];
  const secret = await addVersion(ctx, (tx) => openPrimary(tx, input.SecretId, "PutSecretValue"), {
    versionId,
    plain,
    stages,
  });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    VersionStages: secret.versions.find(({ id }) => id === versionId)?.stages,
  };
}

/** The token is where the last page ended: versions are few. */
export async function listSecretVersionIds(
  { SecretId, IncludeDeprecated = false, MaxResults = 100, NextToken }: ListSecretVersionIdsRequest,
  caller: Transaction,
): Promise<ListSecretVersionIdsResponse> {
  const { secret, tx } = await openSecret(caller, SecretId, "ListSecretVersionIds");
  const days = await lastAccesses(tx, secret.arn);
  const all = secret.versions.filter(({ stages }) => IncludeDeprecated || stages.length > 0);
  const start = NextToken === undefined ? 0 : all.findIndex(({ id }) => id === NextToken) + 1;
  const page = all.slice(start, start + MaxResults);
  const more = start + page.length < all.length;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: page.map(({ id, stages, createdAt, kmsKeyId }) => ({
      VersionId: id,
      VersionStages: stages.length === 0 ? undefined : stages,
      LastAccessedDate: days.get(id),
      CreatedDate: createdAt,
      KmsKeyIds: [kmsKeyId ?? "DefaultEncryptionKey"],
    })),
    ...(more && { NextToken: page.at(-1)?.id }),
  };
}
