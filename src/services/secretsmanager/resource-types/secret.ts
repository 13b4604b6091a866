// AWS::SecretsManager::Secret: a secret with a value that is given, or made up.

import {
  defineResourceType,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
  unlessRepeated,
} from "../../../core/resource-type.ts";
import type {
  GetRandomPasswordRequest,
  ReplicaRegionType,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter, secretsmanager } from "../model.ts";

interface Generated extends GetRandomPasswordRequest {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

interface SecretProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly GenerateSecretString?: Generated;
  readonly ReplicaRegions?: readonly ReplicaRegionType[];
  readonly Tags?: readonly Tag[];
}

/** Asked outside the numbered calls, whose answers are kept: nobody keeps a password. */
async function initialValue(
  { SecretString, GenerateSecretString }: SecretProperties,
  at: ResourceContext,
): Promise<string | undefined> {
  if (GenerateSecretString === undefined) return SecretString;
  if (SecretString !== undefined) {
    throw invalidParameter("You can't specify both GenerateSecretString and SecretString.");
  }
  const { SecretStringTemplate: template, GenerateStringKey: key, ...wanted } = GenerateSecretString;
  const { RandomPassword = "" } = await at.ctx.call(secretsmanager, "GetRandomPassword", wanted);
  if (template === undefined && key === undefined) return RandomPassword;
  return JSON.stringify({ ...objectOf(template), [key ?? ""]: RandomPassword });
}

function objectOf(template = ""): object {
  try {
    const value: unknown = JSON.parse(template);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw invalidParameter("Could not parse SecretStringTemplate JSON.");
}

const regionsOf = (replicas: readonly ReplicaRegionType[] | undefined): readonly string[] =>
  (replicas ?? []).map(({ Region = "" }) => Region);

async function updateReplicas(
  SecretId: string,
  after: SecretProperties,
  before: SecretProperties,
  at: ResourceContext,
): Promise<void> {
  const wanted = regionsOf(after.ReplicaRegions);
  const { ReplicationStatus = [] } = await at.ctx.call(secretsmanager, "DescribeSecret", { SecretId });
  const there = ReplicationStatus.map(({ Region = "" }) => Region);
  const old = regionsOf(before.ReplicaRegions);
  const gone = there.filter((region) => old.includes(region) && !wanted.includes(region));
  if (gone.length > 0) {
    await at.call(secretsmanager, "RemoveRegionsFromReplication", { SecretId, RemoveReplicaRegions: gone });
  }
  const added = (after.ReplicaRegions ?? []).filter(({ Region = "" }) => !there.includes(Region));
  if (added.length > 0) {
    await at.call(secretsmanager, "ReplicateSecretToRegions", { SecretId, AddReplicaRegions: added });
  }
}

export const secretType = defineResourceType<SecretProperties>({
  type: "AWS::SecretsManager::Secret",
  // CDK counts on it that the name of the stack is not part of it.
  name: { property: "Name", maximum: 512, prefix: "" },
  unsupported: ["Type"],
  create: async (properties, at) => {
    const { Name, Description, KmsKeyId, Tags, ReplicaRegions } = properties;
    const made = await unlessRepeated(
      at,
      at.call(secretsmanager, "CreateSecret", {
        Name,
        Description,
        KmsKeyId,
        SecretString: await initialValue(properties, at),
        Tags,
        AddReplicaRegions: ReplicaRegions,
        ClientRequestToken: at.token,
      }),
      "ResourceExistsException",
    );
    const { ARN } = made ?? (await at.ctx.call(secretsmanager, "DescribeSecret", { SecretId: Name }));
    return { id: ARN!, attributes: { Id: ARN } };
  },
  read: async (SecretId, at) => {
    const found = await unlessMissing(at.call(secretsmanager, "DescribeSecret", { SecretId }));
    if (found === undefined || found.DeletedDate !== undefined) return undefined;
    const { ARN, Name, Description, KmsKeyId, Tags, ReplicationStatus, PrimaryRegion } = found;
    const ReplicaRegions =
      PrimaryRegion === at.region
        ? ReplicationStatus?.map(({ Region, KmsKeyId: key }) => ({ Region, KmsKeyId: key }))
        : undefined;
    return { Id: ARN, Name, Description, KmsKeyId, Tags, ReplicaRegions };
  },
  update: async (SecretId, after, before, at) => {
    const generatesAnew =
      JSON.stringify(after.GenerateSecretString) !== JSON.stringify(before.GenerateSecretString);
    const changed = after.SecretString !== before.SecretString || generatesAnew;
    await at.call(secretsmanager, "UpdateSecret", {
      SecretId,
      Description: after.Description ?? "",
      KmsKeyId: after.KmsKeyId ?? "",
      ...(changed && { SecretString: await initialValue(after, at) }),
    });
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0) await at.call(secretsmanager, "UntagResource", { SecretId, TagKeys: remove });
    if (set.length > 0) await at.call(secretsmanager, "TagResource", { SecretId, Tags: set });
    await updateReplicas(SecretId, after, before, at);
    return undefined;
  },
  delete: async (SecretId, _properties, at) => {
    const { ReplicationStatus = [] } = await at.call(secretsmanager, "DescribeSecret", { SecretId });
    const regions = ReplicationStatus.map(({ Region = "" }) => Region);
    if (regions.length > 0) {
      await at.call(secretsmanager, "RemoveRegionsFromReplication", {
        SecretId,
        RemoveReplicaRegions: regions,
      });
    }
    await at.call(secretsmanager, "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true });
  },
  list: async (at) => {
    const arns: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(secretsmanager, "ListSecrets", { NextToken });
      for (const { ARN } of page.SecretList ?? []) arns.push(ARN!);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return arns;
  },
});
