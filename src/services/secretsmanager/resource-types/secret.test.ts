// Secrets and what belongs to them as templates declare them.

import { expect, test } from "vitest";
import { provisioner } from "../../test-resource-type.ts";
import { secretCloud } from "../test-secret.ts";

const type = "AWS::SecretsManager::Secret";

async function provisioned() {
  const cloud = await secretCloud();
  const value = async (SecretId: string, region = "us-east-1") =>
    (await cloud.as({ region }).call("secretsmanager", "GetSecretValue", { SecretId })).SecretString;
  return { cloud, types: provisioner(cloud), value };
}

test("a secret's value is made up within a template, and made anew when what it is made by changes", async () => {
  const { types, value } = await provisioned();
  const given = {
    Description: "d",
    GenerateSecretString: {
      SecretStringTemplate: '{"user":"ann"}',
      GenerateStringKey: "password",
      PasswordLength: 20,
      ExcludePunctuation: true,
    },
  };
  const { id, attributes } = await types.create(type, given, { tags: { team: "a" } });
  expect(attributes).toEqual({ Id: id });
  expect(id).toMatch(/:secret:Resource-[A-Za-z0-9]{12}-[A-Za-z]{6}$/);
  const first = JSON.parse(await value(id));
  expect(first).toEqual({ user: "ann", password: expect.stringMatching(/^[A-Za-z0-9]{20}$/) });
  expect(await types.read(type, id)).toMatchObject({ Description: "d", Tags: [{ Key: "team", Value: "a" }] });
  await types.update(type, id, { ...given, Description: "e" }, given);
  expect(JSON.parse(await value(id))).toEqual(first);
  const longer = { GenerateSecretString: { PasswordLength: 50 } };
  await types.update(type, id, longer, given);
  expect(await value(id)).toHaveLength(50);
  expect(await types.list(type)).toEqual([id]);
  await types.delete(type, id);
  expect(await types.read(type, id)).toBeUndefined();
});

test("what a crash repeats happens once, and what others made is not taken over", async () => {
  const { types, value } = await provisioned();
  const given = { Name: "s", GenerateSecretString: {} };
  const { id } = await types.create(type, given);
  const password = await value(id);
  expect((await types.create(type, given, { repeated: true })).id).toBe(id);
  expect(await value(id)).toBe(password);
  await expect(types.create(type, given, { token: "f".repeat(32) })).rejects.toThrow("already exists");
});

test("replicas come and go with the template", async () => {
  const { types, value } = await provisioned();
  const before = { Name: "s", SecretString: "one", ReplicaRegions: [{ Region: "eu-west-1" }] };
  const { id } = await types.create(type, before);
  expect(await value("s", "eu-west-1")).toBe("one");
  const after = { Name: "s", SecretString: "two", ReplicaRegions: [{ Region: "eu-west-2" }] };
  await types.update(type, id, after, before);
  await types.update(type, id, after, before);
  expect(await value("s", "eu-west-2")).toBe("two");
  await expect(value("s", "eu-west-1")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  await types.delete(type, id, after);
  await expect(value("s", "eu-west-2")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("a policy is put on a secret and taken away", async () => {
  const { types } = await provisioned();
  const { id: SecretId } = await types.create(type, { SecretString: "one" });
  const policyType = "AWS::SecretsManager::ResourcePolicy";
  const ResourcePolicy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
    ],
  };
  const token = "a".repeat(32);
  const { id } = await types.create(policyType, { SecretId, ResourcePolicy }, { token });
  expect(id).toBe(SecretId);
  expect(await types.read(policyType, id)).toMatchObject({ ResourcePolicy });
  await types.delete(policyType, id);
  expect(await types.read(policyType, id)).toBeUndefined();
});
