// Secrets: made, read, changed, deleted, and who may do so.

import { describe, expect, test } from "vitest";
import { rootPrincipal } from "../../../core/principal.ts";
import { secretCloud, testSecret, token } from "../test-secret.ts";

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);

describe("a secret", () => {
  test("is found by name, ARN and ARN without its ending", async () => {
    const cloud = await secretCloud();
    const { arn, versionId, call } = await testSecret(cloud, "app/db");
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z]{6}$/);
    for (const SecretId of ["app/db", arn, arn.slice(0, -7)]) {
      expect(await call("GetSecretValue", { SecretId })).toEqual({
        ARN: arn,
        Name: "app/db",
        VersionId: versionId,
        SecretString: "one",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: start,
      });
    }
    for (const SecretId of ["app", `${arn.slice(0, -6)}zzzzzz`, arn.replace("us-east-1", "eu-west-1")]) {
      await expect(call("GetSecretValue", { SecretId })).rejects.toMatchObject({
        code: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret.",
      });
    }
  });

  test("is made once by the same request, and not by another", async () => {
    const cloud = await secretCloud();
    const input = { SecretString: "one", ClientRequestToken: token("1") };
    const first = await testSecret(cloud, "s", input);
    expect((await testSecret(cloud, "s", input)).arn).toBe(first.arn);
    await expect(testSecret(cloud, "s", { ...input, SecretString: "two" })).rejects.toMatchObject({
      code: "ResourceExistsException",
      message: "The operation failed because the secret s already exists.",
    });
  });

  test("may have no value yet, text or bytes", async () => {
    const cloud = await secretCloud();
    const { call } = await testSecret(cloud, "s", {});
    await expect(call("GetSecretValue")).rejects.toThrow(
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    await call("PutSecretValue", { SecretBinary: Buffer.of(0, 255) });
    expect(Buffer.from((await call("GetSecretValue")).SecretBinary)).toEqual(Buffer.of(0, 255));
    await expect(call("PutSecretValue")).rejects.toMatchObject({ code: "InvalidParameterException" });
    await expect(testSecret(cloud, "a b")).rejects.toThrow("Invalid name.");
  });

  test("shows the day on which it was last read", async () => {
    const cloud = await secretCloud();
    const { call, text } = await testSecret(cloud);
    expect((await call("DescribeSecret")).LastAccessedDate).toBeUndefined();
    await cloud.advance(day + 3_600_000);
    await text();
    expect((await call("DescribeSecret")).LastAccessedDate).toBe(start + day);
  });
});

describe("versions", () => {
  test("carry labels, which move with what is written", async () => {
    const { call, stages, text } = await testSecret(await secretCloud());
    await call("PutSecretValue", { SecretString: "two" });
    expect(await stages()).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT"] });
    await call("UpdateSecret", { SecretString: "three", Description: "d" });
    expect(await stages()).toEqual({ two: ["AWSPREVIOUS"], three: ["AWSCURRENT"] });
    await call("PutSecretValue", { SecretString: "four", VersionStages: ["mine"] });
    expect(await text()).toBe("three");
    expect(await text({ VersionStage: "mine" })).toBe("four");
    const { Versions } = await call("ListSecretVersionIds", { IncludeDeprecated: true });
    expect(Versions).toHaveLength(4);
    expect((await call("ListSecretVersionIds")).Versions).toHaveLength(3);
  });

  test("are written once by the same request", async () => {
    const { call, stages } = await testSecret(await secretCloud());
    const input = { SecretString: "two", ClientRequestToken: token("2") };
    await call("PutSecretValue", input);
    await call("PutSecretValue", input);
    expect(await stages()).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT"] });
    await expect(call("PutSecretValue", { ...input, SecretString: "three" })).rejects.toMatchObject({
      code: "ResourceExistsException",
    });
  });

  test("have their labels moved by hand", async () => {
    const { call, stages, versionId } = await testSecret(await secretCloud());
    const { VersionId } = await call("PutSecretValue", {
      SecretString: "two",
      VersionStages: ["AWSPENDING"],
    });
    const move = (input: object) =>
      call("UpdateSecretVersionStage", { VersionStage: "AWSCURRENT", ...input });
    await expect(move({ MoveToVersionId: VersionId })).rejects.toThrow(
      `Staging label AWSCURRENT is currently attached to version ${versionId}`,
    );
    await expect(move({ RemoveFromVersionId: versionId })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await move({ MoveToVersionId: VersionId, RemoveFromVersionId: versionId });
    expect(await stages()).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT", "AWSPENDING"] });
    await call("UpdateSecretVersionStage", { VersionStage: "AWSPENDING", RemoveFromVersionId: VersionId });
    expect(await stages()).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT"] });
  });

  test("without labels go when there are more than a hundred", async () => {
    const { call, text } = await testSecret(await secretCloud());
    for (let at = 0; at < 102; at++) await call("PutSecretValue", { SecretString: `v${at}` });
    const { Versions, NextToken } = await call("ListSecretVersionIds", { IncludeDeprecated: true });
    expect(Versions).toHaveLength(100);
    expect(NextToken).toBeUndefined();
    expect(await text()).toBe("v101");
  });
});

describe("deletion", () => {
  test("waits, can be taken back, and frees the name at its end", async () => {
    const cloud = await secretCloud();
    const { call, text } = await testSecret(cloud);
    const { DeletionDate } = await call("DeleteSecret", { RecoveryWindowInDays: 7 });
    expect(DeletionDate).toBe(start + 7 * day);
    await expect(text()).rejects.toMatchObject({
      code: "InvalidRequestException",
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    await expect(testSecret(cloud)).rejects.toThrow("already scheduled for deletion");
    expect((await cloud.call("secretsmanager", "ListSecrets")).SecretList).toEqual([]);
    await call("RestoreSecret");
    expect(await text()).toBe("one");
    await call("DeleteSecret");
    await cloud.advance(30 * day);
    await expect(call("DescribeSecret")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await testSecret(cloud);
  });

  test("can be for good at once, of what is not there as well", async () => {
    const cloud = await secretCloud();
    const { call } = await testSecret(cloud);
    const force = { ForceDeleteWithoutRecovery: true };
    await expect(call("DeleteSecret", { ...force, RecoveryWindowInDays: 7 })).rejects.toThrow(
      "in conjunction",
    );
    await call("DeleteSecret", force);
    await call("DeleteSecret", force);
    await testSecret(cloud);
  });
});

describe("a key of one's own", () => {
  test("is needed to read the secret, also after it was changed", async () => {
    const cloud = await secretCloud();
    const key = async () => (await cloud.call("kms", "CreateKey")).KeyMetadata.KeyId;
    const [KmsKeyId, another] = [await key(), await key()];
    const { call, text } = await testSecret(cloud, "s", { SecretString: "x".repeat(60_000), KmsKeyId });
    expect(await text()).toHaveLength(60_000);
    await cloud.call("kms", "DisableKey", { KeyId: KmsKeyId });
    await expect(text()).rejects.toMatchObject({ code: "DecryptionFailure" });
    await expect(call("PutSecretValue", { SecretString: "two" })).rejects.toMatchObject({
      code: "EncryptionFailure",
    });
    await cloud.call("kms", "EnableKey", { KeyId: KmsKeyId });
    await call("UpdateSecret", { KmsKeyId: another });
    await cloud.call("kms", "DisableKey", { KeyId: KmsKeyId });
    expect(await text()).toHaveLength(60_000);
    expect((await call("DescribeSecret")).KmsKeyId).toBe(another);
    await expect(testSecret(cloud, "t", { SecretString: "a", KmsKeyId })).rejects.toMatchObject({
      code: "EncryptionFailure",
    });
    await expect(call("DescribeSecret", { SecretId: "t" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });
});

test("a policy lets other accounts in, and may not be public", async () => {
  const cloud = await secretCloud();
  const { call, arn } = await testSecret(cloud);
  const stranger = cloud.as({ principal: rootPrincipal("111111111111") });
  const read = () => stranger.call("secretsmanager", "GetSecretValue", { SecretId: arn });
  await expect(read()).rejects.toMatchObject({ code: "AccessDeniedException" });
  const policy = (Principal: unknown) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal, Action: "secretsmanager:GetSecretValue", Resource: "*" }],
    });
  const open = policy({ AWS: "*" });
  await expect(
    call("PutResourcePolicy", { ResourcePolicy: open, BlockPublicPolicy: true }),
  ).rejects.toMatchObject({ code: "PublicPolicyException" });
  await expect(call("PutResourcePolicy", { ResourcePolicy: "{" })).rejects.toMatchObject({
    code: "MalformedPolicyDocumentException",
  });
  expect((await call("ValidateResourcePolicy", { ResourcePolicy: open })).PolicyValidationPassed).toBe(false);
  await call("PutResourcePolicy", { ResourcePolicy: policy({ AWS: "arn:aws:iam::111111111111:root" }) });
  expect((await read()).SecretString).toBe("one");
  await expect(stranger.call("secretsmanager", "DeleteSecret", { SecretId: arn })).rejects.toMatchObject({
    code: "AccessDeniedException",
  });
  await call("DeleteResourcePolicy");
  await expect(read()).rejects.toMatchObject({ code: "AccessDeniedException" });
});

test("replicas follow their primary, are read there, and can be let go", async () => {
  const cloud = await secretCloud();
  const { call, arn } = await testSecret(cloud, "s", {
    SecretString: "one",
    AddReplicaRegions: [{ Region: "eu-west-1" }, { Region: "eu-west-2" }],
  });
  const there = (operation: string, input = {}) =>
    cloud.as({ region: "eu-west-1" }).call("secretsmanager", operation, { SecretId: "s", ...input });
  expect((await there("GetSecretValue")).ARN).toBe(arn.replace("us-east-1", "eu-west-1"));
  await call("PutSecretValue", { SecretString: "two" });
  expect((await there("GetSecretValue")).SecretString).toBe("two");
  expect((await there("DescribeSecret")).PrimaryRegion).toBe("us-east-1");
  await expect(there("PutSecretValue", { SecretString: "x" })).rejects.toThrow(
    "Operation not permitted on a replica secret.",
  );
  await expect(call("DeleteSecret")).rejects.toThrow("still has replica regions");
  await there("StopReplicationToReplica");
  await there("PutSecretValue", { SecretString: "own" });
  await call("RemoveRegionsFromReplication", { RemoveReplicaRegions: ["eu-west-2"] });
  await call("DeleteSecret");
  expect((await there("GetSecretValue")).SecretString).toBe("own");
});

test("lists filter, sort and page", async () => {
  const cloud = await secretCloud();
  const list = async (input: object = {}) => {
    const { SecretList } = await cloud.call("secretsmanager", "ListSecrets", input);
    return SecretList.map(({ Name }: { Name: string }) => Name);
  };
  for (const [name, Description] of [
    ["app/a", "the Database"],
    ["app/b", "queue"],
    ["web/a", "database of the web"],
  ] as const) {
    await testSecret(cloud, name, { SecretString: "x", Description, Tags: [{ Key: name, Value: "v" }] });
    await cloud.advance(1);
  }
  expect(await list()).toEqual(["web/a", "app/b", "app/a"]);
  expect(await list({ SortBy: "name", SortOrder: "asc" })).toEqual(["app/a", "app/b", "web/a"]);
  expect(await list({ Filters: [{ Key: "name", Values: ["app/"] }] })).toEqual(["app/b", "app/a"]);
  expect(await list({ Filters: [{ Key: "name", Values: ["!app/"] }] })).toEqual(["web/a"]);
  expect(await list({ Filters: [{ Key: "description", Values: ["database"] }] })).toEqual(["web/a", "app/a"]);
  expect(await list({ Filters: [{ Key: "tag-key", Values: ["app/b"] }] })).toEqual(["app/b"]);
  expect(await list({ Filters: [{ Key: "all", Values: ["queue"] }] })).toEqual(["app/b"]);
  const first = await cloud.call("secretsmanager", "ListSecrets", { MaxResults: 2 });
  expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual(["app/a"]);
  const batch = await cloud.call("secretsmanager", "BatchGetSecretValue", {
    SecretIdList: ["app/a", "none"],
  });
  expect(batch.SecretValues.map(({ Name }: { Name: string }) => Name)).toEqual(["app/a"]);
  expect(batch.Errors).toMatchObject([{ SecretId: "none", ErrorCode: "ResourceNotFoundException" }]);
});

test("passwords have what is asked for, and nothing that is excluded", async () => {
  const cloud = await secretCloud();
  const password = async (input: object = {}): Promise<string> =>
    (await cloud.call("secretsmanager", "GetRandomPassword", input)).RandomPassword;
  const plain = await password();
  expect(plain).toHaveLength(32);
  for (const each of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]) expect(plain).toMatch(each);
  expect(await password({ PasswordLength: 200, ExcludePunctuation: true, ExcludeCharacters: "aA1" })).toMatch(
    /^[b-zB-Z02-9]{200}$/,
  );
  await expect(password({ PasswordLength: 3 })).rejects.toMatchObject({ code: "InvalidParameterException" });
});
