// AWS::KMS::Key, ReplicaKey and Alias.

import {
  defineResourceType,
  pick,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { kms } from "../model.ts";

interface KeyProperties {
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
  readonly Description?: string;
  readonly Enabled?: boolean;
  readonly EnableKeyRotation?: boolean;
  readonly KeyPolicy?: unknown;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
  readonly MultiRegion?: boolean;
  readonly Origin?: string;
  readonly PendingWindowInDays?: number;
  readonly RotationPeriodInDays?: number;
  readonly Tags?: readonly Tag[];
}

const kmsTags = (tags: readonly Tag[] | undefined) =>
  tags?.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));

async function setState(
  KeyId: string,
  after: KeyProperties,
  before: KeyProperties,
  at: ResourceContext,
): Promise<void> {
  const rotation = ({ EnableKeyRotation, RotationPeriodInDays }: KeyProperties) => [
    EnableKeyRotation === true,
    RotationPeriodInDays,
  ];
  if (!same(rotation(after), rotation(before))) {
    if (after.EnableKeyRotation === true) {
      await at.call(kms, "EnableKeyRotation", { KeyId, RotationPeriodInDays: after.RotationPeriodInDays });
    } else if (before.EnableKeyRotation === true) await at.call(kms, "DisableKeyRotation", { KeyId });
  }
  const [enabled, was] = [after.Enabled !== false, before.Enabled !== false];
  if (enabled !== was) await at.call(kms, enabled ? "EnableKey" : "DisableKey", { KeyId });
}

async function readKey(KeyId: string, at: ResourceContext) {
  const found = await unlessMissing(at.call(kms, "DescribeKey", { KeyId }));
  const metadata = found?.KeyMetadata;
  if (metadata === undefined || metadata.KeyState === "PendingDeletion") return undefined;
  const { Policy } = await at.call(kms, "GetKeyPolicy", { KeyId, PolicyName: "default" });
  // Only symmetric keys rotate.
  const rotation = await unlessMissing(
    at.call(kms, "GetKeyRotationStatus", { KeyId }),
    "UnsupportedOperationException",
    "KMSInvalidStateException",
  );
  const { Tags = [] } = await at.call(kms, "ListResourceTags", { KeyId });
  return {
    ...pick(
      metadata,
      "KeyId",
      "Arn",
      "Description",
      "Enabled",
      "KeySpec",
      "KeyUsage",
      "MultiRegion",
      "Origin",
    ),
    ...(Policy === undefined ? {} : { KeyPolicy: JSON.parse(Policy) }),
    ...(rotation === undefined ? {} : { EnableKeyRotation: rotation.KeyRotationEnabled }),
    ...(rotation?.RotationPeriodInDays === undefined
      ? {}
      : { RotationPeriodInDays: rotation.RotationPeriodInDays }),
    Tags: Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
  };
}

async function updateKey(KeyId: string, after: KeyProperties, before: KeyProperties, at: ResourceContext) {
  if (after.Description !== before.Description)
    await at.call(kms, "UpdateKeyDescription", { KeyId, Description: after.Description ?? "" });
  if (after.KeyPolicy !== undefined && !same(after.KeyPolicy, before.KeyPolicy)) {
    await at.call(kms, "PutKeyPolicy", {
      KeyId,
      PolicyName: "default",
      Policy: policyText(after.KeyPolicy),
      BypassPolicyLockoutSafetyCheck: after.BypassPolicyLockoutSafetyCheck,
    });
  }
  await setState(KeyId, after, before, at);
  const { set, remove } = tagChanges(before.Tags, after.Tags);
  if (remove.length > 0) await at.call(kms, "UntagResource", { KeyId, TagKeys: remove });
  if (set.length > 0) await at.call(kms, "TagResource", { KeyId, Tags: kmsTags(set) });
  return undefined;
}

async function removeKey(
  KeyId: string,
  { PendingWindowInDays }: KeyProperties,
  at: ResourceContext,
): Promise<void> {
  const found = await unlessMissing(at.ctx.call(kms, "DescribeKey", { KeyId }));
  if (found === undefined || found.KeyMetadata?.KeyState === "PendingDeletion") return;
  await at.call(kms, "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: PendingWindowInDays ?? 30 });
}

export const keyType = defineResourceType<KeyProperties>({
  type: "AWS::KMS::Key",
  create: async (properties, at) => {
    const { KeyMetadata } = await at.call(kms, "CreateKey", {
      ...pick(
        properties,
        "BypassPolicyLockoutSafetyCheck",
        "Description",
        "KeySpec",
        "KeyUsage",
        "MultiRegion",
        "Origin",
      ),
      ...(properties.KeyPolicy === undefined ? {} : { Policy: policyText(properties.KeyPolicy) }),
      ...(properties.Tags === undefined ? {} : { Tags: kmsTags(properties.Tags) }),
    });
    const KeyId = KeyMetadata!.KeyId;
    at.made(KeyId);
    await setState(KeyId, properties, {}, at);
    return { id: KeyId, attributes: { KeyId, Arn: KeyMetadata!.Arn } };
  },
  read: readKey,
  update: updateKey,
  // The key's material is not changed in place.
  replaces: (after, before) => !same([after.KeySpec, after.KeyUsage], [before.KeySpec, before.KeyUsage]),
  delete: removeKey,
  list: async (at) => {
    const ids: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await at.call(kms, "ListKeys", { Limit: 1000, Marker });
      ids.push(...(page.Keys ?? []).map(({ KeyId }) => KeyId!));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return ids;
  },
});

export const replicaKeyType = defineResourceType<KeyProperties & { readonly PrimaryKeyArn: string }>({
  type: "AWS::KMS::ReplicaKey",
  create: async (properties, at) => {
    const primaryRegion = properties.PrimaryKeyArn.split(":")[3] ?? at.region;
    const { ReplicaKeyMetadata } = (await at.ctx
      .at({ region: primaryRegion })
      .callByName("kms", "ReplicateKey", {
        KeyId: properties.PrimaryKeyArn,
        ReplicaRegion: at.region,
        ...pick(properties, "Description"),
        Policy: policyText(properties.KeyPolicy),
        ...(properties.Tags === undefined ? {} : { Tags: kmsTags(properties.Tags) }),
      })) as { readonly ReplicaKeyMetadata: { readonly KeyId: string; readonly Arn: string } };
    const { KeyId, Arn } = ReplicaKeyMetadata;
    at.made(KeyId);
    await setState(KeyId, properties, {}, at);
    return { id: KeyId, attributes: { KeyId, Arn } };
  },
  read: readKey,
  update: updateKey,
  delete: removeKey,
});

interface AliasProperties {
  readonly AliasName: string;
  readonly TargetKeyId: string;
}

export const aliasType = defineResourceType<AliasProperties>({
  type: "AWS::KMS::Alias",
  create: async (properties, at) => {
    await at.call(kms, "CreateAlias", properties);
    return { id: properties.AliasName };
  },
  read: async (AliasName, at) => {
    let Marker: string | undefined;
    do {
      const page = await at.call(kms, "ListAliases", { Limit: 100, Marker });
      const found = page.Aliases?.find((each) => each.AliasName === AliasName);
      if (found !== undefined) return { AliasName, TargetKeyId: found.TargetKeyId };
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return undefined;
  },
  update: async (_id, after, _before, at) => {
    await at.call(kms, "UpdateAlias", after);
    return undefined;
  },
  delete: async (AliasName, _properties, at) => {
    await at.call(kms, "DeleteAlias", { AliasName });
  },
});
