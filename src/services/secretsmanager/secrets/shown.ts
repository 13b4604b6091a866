// What DescribeSecret, ListSecrets and the operations on replicas show.

import type {
  ReplicationStatusType,
  SecretListEntry,
  Tag,
} from "../../../model/generated/secretsmanager.d.ts";
import type { SecretState } from "./secret.ts";
import { stagesByVersion } from "./versions.ts";

const ownKey = "alias/aws/secretsmanager";

export function showSecret(secret: SecretState, accessedAt: number | undefined) {
  const { rotation, tags } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    OwningService: secret.owningService,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    ...(rotation !== undefined && {
      RotationEnabled: rotation.enabled,
      RotationLambdaARN: rotation.lambdaArn,
      RotationRules: rotation.rules,
      LastRotatedDate: rotation.lastAt,
      NextRotationDate: rotation.enabled ? rotation.nextAt : undefined,
    }),
    LastChangedDate: secret.changedAt,
    LastAccessedDate: accessedAt,
    DeletedDate: secret.deletionAt,
    Tags: Object.keys(tags).length === 0 ? undefined : showTags(tags),
    CreatedDate: secret.createdAt,
    PrimaryRegion: secret.primaryRegion,
  } satisfies SecretListEntry;
}

export function showListed(secret: SecretState, accessedAt: number | undefined): SecretListEntry {
  return { ...showSecret(secret, accessedAt), SecretVersionsToStages: stagesByVersion(secret.versions) };
}

export function showReplicas({ replicas }: SecretState): readonly ReplicationStatusType[] | undefined {
  if (replicas.length === 0) return undefined;
  return replicas.map(({ region, kmsKeyId, failure }) => ({
    Region: region,
    KmsKeyId: kmsKeyId ?? ownKey,
    Status: failure === undefined ? "InSync" : "Failed",
    StatusMessage: failure ?? "Replication succeeded",
  }));
}

function showTags(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
