// Machines and activities under a key of the customer's own: who may not use
// the key can neither start nor read them.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import kms from "../../kms/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import service from "../index.ts";
import { only } from "../testing/machines.ts";

let cloud: TestCloud;
let KeyId: string;
beforeEach(async () => {
  cloud = await testCloud([service, kms]);
  KeyId = (await cloud.call("kms", "CreateKey")).KeyMetadata.Arn;
});
afterEach(() => cloud.stop());

const definition = JSON.stringify(only({ Type: "Pass" }));
const machine = (fields: object = {}) =>
  cloud.call("stepfunctions", "CreateStateMachine", {
    name: "secret",
    definition,
    roleArn: "arn:aws:iam::000000000000:role/states",
    encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: KeyId },
    ...fields,
  });

describe("a customer managed key", () => {
  test("is described, with the time that data keys are used again", async () => {
    const { stateMachineArn } = await machine();
    const described = await cloud.call("stepfunctions", "DescribeStateMachine", { stateMachineArn });
    expect(described.encryptionConfiguration).toEqual({
      type: "CUSTOMER_MANAGED_KMS_KEY",
      kmsKeyId: KeyId,
      kmsDataKeyReusePeriodSeconds: 300,
    });
    expect(described.definition).toBe(definition);
  });

  test("is needed to start, to read and to change, but not for metadata", async () => {
    const { stateMachineArn } = await machine();
    const call = (operation: string, input: object) => cloud.call("stepfunctions", operation, input);
    const { executionArn } = await call("StartExecution", { stateMachineArn });
    expect((await call("DescribeExecution", { executionArn })).status).toBe("SUCCEEDED");
    await cloud.call("kms", "DisableKey", { KeyId });
    const refused = { code: "KmsInvalidStateException", fields: { kmsKeyState: "DISABLED" } };
    await expect(call("StartExecution", { stateMachineArn })).rejects.toMatchObject(refused);
    await expect(call("DescribeExecution", { executionArn })).rejects.toMatchObject(refused);
    await expect(call("GetExecutionHistory", { executionArn })).rejects.toMatchObject(refused);
    await expect(call("DescribeStateMachine", { stateMachineArn })).rejects.toMatchObject(refused);
    await expect(call("DescribeStateMachineForExecution", { executionArn })).rejects.toMatchObject(refused);
    await expect(call("UpdateStateMachine", { stateMachineArn, definition })).rejects.toMatchObject(refused);
    const bare = { includedData: "METADATA_ONLY" };
    expect((await call("DescribeExecution", { executionArn, ...bare })).input).toBeUndefined();
    expect((await call("DescribeStateMachine", { stateMachineArn, ...bare })).definition).toBe("");
    const events = await call("GetExecutionHistory", { executionArn, includeExecutionData: false });
    expect(events.events).toHaveLength(4);
    await cloud.call("kms", "EnableKey", { KeyId });
    expect((await call("DescribeStateMachine", { stateMachineArn })).definition).toBe(definition);
  });

  test("protects synchronous Express executions too", async () => {
    const { stateMachineArn } = await machine({ type: "EXPRESS" });
    const start = () => cloud.call("stepfunctions", "StartSyncExecution", { stateMachineArn });
    expect((await start()).status).toBe("SUCCEEDED");
    await cloud.call("kms", "ScheduleKeyDeletion", { KeyId });
    await expect(start()).rejects.toMatchObject({
      code: "KmsInvalidStateException",
      fields: { kmsKeyState: "PENDING_DELETION" },
    });
  });

  test("leaves with an update to AWS's own", async () => {
    const { stateMachineArn } = await machine();
    const encryptionConfiguration = { type: "AWS_OWNED_KEY" };
    await cloud.call("stepfunctions", "UpdateStateMachine", { stateMachineArn, encryptionConfiguration });
    await cloud.call("kms", "DisableKey", { KeyId });
    const described = await cloud.call("stepfunctions", "DescribeStateMachine", { stateMachineArn });
    expect(described.encryptionConfiguration).toEqual({ type: "AWS_OWNED_KEY" });
  });

  test.each<[string, (keyId: string) => object]>([
    ["no key", () => ({ type: "CUSTOMER_MANAGED_KMS_KEY" })],
    ["a key that is none", () => ({ type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "alias/none" })],
    ["a key beside AWS's own", (kmsKeyId) => ({ type: "AWS_OWNED_KEY", kmsKeyId })],
  ])("is refused with %s", async (_what, configuration) => {
    await expect(machine({ encryptionConfiguration: configuration(KeyId) })).rejects.toMatchObject({
      code: "InvalidEncryptionConfiguration",
    });
  });

  test("is refused where it is disabled or not symmetric", async () => {
    const { KeyMetadata } = await cloud.call("kms", "CreateKey", {
      KeySpec: "ECC_NIST_P256",
      KeyUsage: "SIGN_VERIFY",
    });
    const of = (kmsKeyId: string) => ({
      encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId },
    });
    await expect(machine(of(KeyMetadata.KeyId))).rejects.toThrow("is not symmetric");
    await cloud.call("kms", "DisableKey", { KeyId });
    await expect(machine(of(KeyId))).rejects.toThrow("is not enabled");
  });
});

test("an activity's key is needed to ask it for work", async () => {
  const { activityArn } = await cloud.call("stepfunctions", "CreateActivity", {
    name: "secret",
    encryptionConfiguration: {
      type: "CUSTOMER_MANAGED_KMS_KEY",
      kmsKeyId: KeyId,
      kmsDataKeyReusePeriodSeconds: 60,
    },
  });
  expect(
    (await cloud.call("stepfunctions", "DescribeActivity", { activityArn })).encryptionConfiguration
      .kmsDataKeyReusePeriodSeconds,
  ).toBe(60);
  await cloud.call("kms", "DisableKey", { KeyId });
  await expect(cloud.call("stepfunctions", "GetActivityTask", { activityArn })).rejects.toMatchObject({
    code: "KmsInvalidStateException",
  });
});
