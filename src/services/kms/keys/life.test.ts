// The life of a key: states, rotation, deletion, several Regions, last use; and
// who may use it.

import { describe, expect, test } from "vitest";
import { assumedRolePrincipal, rootPrincipal } from "../../../core/principal.ts";
import { decrypted, kmsCloud, testKey } from "../test-key.ts";

const day = 86_400_000;

test("a disabled key does nothing until it is enabled", async () => {
  const cloud = await kmsCloud();
  const key = await testKey(cloud);
  const blob = await key.encrypt("a");
  await key.call("DisableKey");
  expect(await key.state()).toBe("Disabled");
  await expect(decrypted(cloud, blob)).rejects.toMatchObject({
    code: "DisabledException",
    message: `${key.arn} is disabled.`,
  });
  await key.call("EnableKey");
  expect(await decrypted(cloud, blob)).toBe("a");
});

describe("deletion", () => {
  test("waits, can be cancelled, and takes aliases and grants with it", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const blob = await key.encrypt("a");
    await cloud.call("kms", "CreateAlias", { AliasName: "alias/a", TargetKeyId: key.id });
    await expect(key.call("ScheduleKeyDeletion", { PendingWindowInDays: 6 })).rejects.toMatchObject({
      code: "ValidationException",
    });
    const answer = await key.call("ScheduleKeyDeletion", { PendingWindowInDays: 7 });
    expect(answer).toMatchObject({ KeyState: "PendingDeletion", DeletionDate: Date.UTC(2024, 0, 8) });
    await expect(decrypted(cloud, blob)).rejects.toThrow(`${key.arn} is pending deletion.`);
    await key.call("CancelKeyDeletion");
    expect(await key.state()).toBe("Disabled");
    await cloud.advance(8 * day);
    await key.call("EnableKey");
    expect(await decrypted(cloud, blob)).toBe("a");
    await key.call("ScheduleKeyDeletion", { PendingWindowInDays: 7 });
    await cloud.advance(7 * day - 1);
    expect(await key.state()).toBe("PendingDeletion");
    await cloud.advance(1);
    await expect(key.state()).rejects.toMatchObject({ code: "NotFoundException" });
    expect((await cloud.call("kms", "ListAliases")).Aliases).toEqual([]);
    await expect(decrypted(cloud, blob)).rejects.toMatchObject({ code: "NotFoundException" });
  });
});

describe("rotation", () => {
  test("comes with the clock; old ciphertexts still decrypt", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const old = await key.encrypt("old");
    await key.call("EnableKeyRotation", { RotationPeriodInDays: 90 });
    expect(await key.call("GetKeyRotationStatus")).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: Date.UTC(2024, 2, 31),
    });
    const material = async () => (await key.call("DescribeKey")).KeyMetadata.CurrentKeyMaterialId;
    const first = await material();
    await cloud.advance(90 * day);
    expect(await material()).not.toBe(first);
    await cloud.advance(90 * day);
    const fresh = await key.encrypt("fresh");
    expect([await decrypted(cloud, old), await decrypted(cloud, fresh)]).toEqual(["old", "fresh"]);
    const { Rotations } = await key.call("ListKeyRotations");
    expect(Rotations.map(({ RotationType }: { RotationType: string }) => RotationType)).toEqual([
      "AUTOMATIC",
      "AUTOMATIC",
    ]);
    await key.call("DisableKeyRotation");
    await cloud.advance(400 * day);
    expect((await key.call("ListKeyRotations")).Rotations).toHaveLength(2);
  });

  test("comes on demand, within a limit, in pages", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    for (let at = 0; at < 25; at++) await key.call("RotateKeyOnDemand");
    await expect(key.call("RotateKeyOnDemand")).rejects.toMatchObject({ code: "LimitExceededException" });
    const first = await key.call("ListKeyRotations", { Limit: 20 });
    const second = await key.call("ListKeyRotations", { Limit: 20, Marker: first.NextMarker });
    expect([first.Rotations.length, second.Rotations.length, second.Truncated]).toEqual([20, 5, false]);
  });

  test("is not for keys of other kinds", async () => {
    const key = await testKey(await kmsCloud(), { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    await expect(key.call("EnableKeyRotation")).rejects.toMatchObject({
      code: "UnsupportedOperationException",
    });
  });
});

describe("a multi-Region key", () => {
  test("decrypts in one Region what it encrypted in another, before and after rotation", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud, { MultiRegion: true });
    const there = cloud.as({ region: "eu-west-1" });
    const { ReplicaKeyMetadata } = await key.call("ReplicateKey", { ReplicaRegion: "eu-west-1" });
    expect(ReplicaKeyMetadata).toMatchObject({
      KeyId: key.id,
      Arn: `arn:aws:kms:eu-west-1:000000000000:key/${key.id}`,
      MultiRegionConfiguration: {
        MultiRegionKeyType: "REPLICA",
        PrimaryKey: { Arn: key.arn, Region: "us-east-1" },
      },
    });
    expect(await decrypted(there, await key.encrypt("a"))).toBe("a");
    await key.call("RotateKeyOnDemand");
    expect(await decrypted(there, await key.encrypt("b"))).toBe("b");
    await expect(there.call("kms", "RotateKeyOnDemand", { KeyId: key.id })).rejects.toMatchObject({
      code: "UnsupportedOperationException",
    });
    await key.call("UpdatePrimaryRegion", { PrimaryRegion: "eu-west-1" });
    await there.call("kms", "RotateKeyOnDemand", { KeyId: key.id });
    expect((await key.call("DescribeKey")).KeyMetadata.MultiRegionConfiguration).toMatchObject({
      MultiRegionKeyType: "REPLICA",
    });
  });

  test("goes after its replicas have gone", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud, { MultiRegion: true });
    await key.call("ReplicateKey", { ReplicaRegion: "eu-west-1" });
    const answer = await key.call("ScheduleKeyDeletion", { PendingWindowInDays: 7 });
    expect(answer.KeyState).toBe("PendingReplicaDeletion");
    await cloud.advance(30 * day);
    expect(await key.state()).toBe("PendingReplicaDeletion");
    const there = cloud.as({ region: "eu-west-1" });
    await there.call("kms", "ScheduleKeyDeletion", { KeyId: key.id, PendingWindowInDays: 10 });
    await cloud.advance(10 * day);
    expect(await key.state()).toBe("PendingDeletion");
    await cloud.advance(7 * day);
    await expect(key.state()).rejects.toMatchObject({ code: "NotFoundException" });
  });
});

describe("access", () => {
  const friend = { principal: rootPrincipal("111111111111") };
  const role = { principal: assumedRolePrincipal("arn:aws:iam::111111111111:role/app", "s") };

  test("is the account's own, others need the policy", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const encrypt = () =>
      cloud.as(friend).call("kms", "Encrypt", { KeyId: key.arn, Plaintext: Buffer.from("a") });
    await expect(encrypt()).rejects.toMatchObject({ code: "AccessDeniedException" });
    const { Policy } = await key.call("GetKeyPolicy");
    const policy = JSON.parse(Policy);
    policy.Statement.push({
      Effect: "Allow",
      Principal: { AWS: "111111111111" },
      Action: "kms:Encrypt",
      Resource: "*",
    });
    await key.call("PutKeyPolicy", { Policy: JSON.stringify(policy) });
    await encrypt();
    await expect(cloud.as(friend).call("kms", "DescribeKey", { KeyId: key.arn })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
  });

  test("cannot be locked out of a key by mistake", async () => {
    const key = await testKey(await kmsCloud());
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "kms:*", Resource: "*" }],
    });
    await expect(key.call("PutKeyPolicy", { Policy })).rejects.toThrow(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    await key.call("PutKeyPolicy", { Policy, BypassPolicyLockoutSafetyCheck: true });
    await expect(key.call("DescribeKey")).rejects.toMatchObject({ code: "AccessDeniedException" });
  });

  test("by a grant goes as far as the grant's operations and context, until it is revoked", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const grant = {
      GranteePrincipal: "arn:aws:iam::111111111111:role/app",
      RetiringPrincipal: "arn:aws:iam::111111111111:role/app",
      Operations: ["Encrypt"],
      Constraints: { EncryptionContextSubset: { app: "x" } },
      Name: "n",
    };
    const { GrantId, GrantToken } = await key.call("CreateGrant", grant);
    expect(await key.call("CreateGrant", grant)).toEqual({ GrantId, GrantToken });
    const as = (operation: string, input: object) =>
      cloud.as(role).call("kms", operation, { KeyId: key.arn, Plaintext: Buffer.from("a"), ...input });
    await as("Encrypt", { EncryptionContext: { app: "x", more: "y" } });
    await expect(as("Encrypt", { EncryptionContext: { app: "y" } })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    await expect(as("GenerateDataKey", { KeySpec: "AES_256" })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    const listed = await cloud.call("kms", "ListRetirableGrants", {
      RetiringPrincipal: grant.RetiringPrincipal,
    });
    expect(listed.Grants).toMatchObject([{ GrantId, KeyId: key.arn, Operations: ["Encrypt"] }]);
    await key.call("RevokeGrant", { GrantId });
    await expect(as("Encrypt", { EncryptionContext: { app: "x" } })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    expect((await key.call("ListGrants")).Grants).toEqual([]);
  });
});

test("the last use of a key is known to the minute, until the key is gone", async () => {
  const cloud = await kmsCloud();
  const key = await testKey(cloud);
  const usage = async () => (await key.call("GetKeyLastUsage")).KeyLastUsage;
  const { KeyCreationDate, TrackingStartDate } = await key.call("GetKeyLastUsage");
  expect([KeyCreationDate, TrackingStartDate]).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1)]);
  expect(await usage()).toBeUndefined();
  await expect(key.call("Encrypt", { Plaintext: Buffer.of(1), DryRun: true })).rejects.toThrow("DryRun");
  expect(await usage()).toBeUndefined();
  const blob = await key.encrypt("a");
  expect(await usage()).toMatchObject({ Operation: "Encrypt", Timestamp: Date.UTC(2024, 0, 1) });
  await cloud.advance(day);
  await decrypted(cloud, blob);
  await cloud.call("kms", "ReEncrypt", { CiphertextBlob: blob, DestinationKeyId: (await testKey(cloud)).id });
  await cloud.advance(59_999);
  await decrypted(cloud, blob);
  expect((await usage()).Timestamp).toBe(Date.UTC(2024, 0, 2));
  await cloud.advance(1);
  await decrypted(cloud, blob);
  expect(await usage()).toMatchObject({ Operation: "Decrypt", Timestamp: Date.UTC(2024, 0, 2, 0, 1) });
});

test("what is not implemented is refused by name", async () => {
  const cloud = await kmsCloud();
  for (const [input, name] of [
    [{ Origin: "AWS_CLOUDHSM" }, "the key origin AWS_CLOUDHSM"],
    [{ CustomKeyStoreId: "cks-1" }, "the parameter CustomKeyStoreId"],
  ] as const) {
    await expect(cloud.call("kms", "CreateKey", input)).rejects.toThrow(name);
  }
  await expect(cloud.call("kms", "CreateCustomKeyStore", { CustomKeyStoreName: "s" })).rejects.toMatchObject({
    code: "NotImplemented",
  });
});
