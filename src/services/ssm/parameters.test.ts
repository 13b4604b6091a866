// Parameters: what PutParameter takes and refuses, and how they are read back.

import { expect, test } from "vitest";
import { listener, ssmCloud } from "./test-ssm.ts";

const overwrite = { Overwrite: true };

test("a parameter is read by its name, its ARN, a version and a label", async () => {
  const { call, put, value } = await ssmCloud();
  expect(await put("/app/a", "one")).toEqual({ Version: 1, Tier: "Standard" });
  expect(await put("/app/a", "two", overwrite)).toEqual({ Version: 2, Tier: "Standard" });
  await call("LabelParameterVersion", { Name: "/app/a", ParameterVersion: 1, Labels: ["live"] });
  const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/app/a";
  const { Parameter } = await call("GetParameter", { Name: "/app/a:live" });
  expect(Parameter).toEqual({
    Name: "/app/a",
    Type: "String",
    Value: "one",
    Version: 1,
    Selector: ":live",
    LastModifiedDate: Date.UTC(2024, 0, 1),
    ARN,
    DataType: "text",
  });
  expect(await value("/app/a")).toBe("two");
  expect(await value("/app/a:1")).toBe("one");
  expect(await value(ARN)).toBe("two");
  expect(await value(`${ARN}:1`)).toBe("one");
  await expect(value("/app/a:3")).rejects.toMatchObject({ code: "ParameterVersionNotFound" });
  await expect(value("/app/b")).rejects.toMatchObject({ code: "ParameterNotFound" });
  const found = await call("GetParameters", { Names: ["/app/a:1", "/app/b", "/app/a:none"] });
  expect(found.Parameters).toMatchObject([{ Value: "one" }]);
  expect(found.InvalidParameters).toEqual(["/app/b", "/app/a:none"]);
});

test("a name without a slash has an ARN with one, and is found by it", async () => {
  const { put, call, value } = await ssmCloud();
  await put("plain", "x");
  const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/plain";
  expect((await call("GetParameter", { Name: "plain" })).Parameter).toMatchObject({ ARN });
  expect(await value(ARN)).toBe("x");
  await put(ARN, "y", overwrite);
  expect(await value("plain")).toBe("y");
});

test.each([
  ["/aws/x", "AccessDeniedException"],
  ["awsome", "ValidationException"],
  ["/ssmx", "ValidationException"],
  ["a/b", "ValidationException"],
  ["/a b", "ValidationException"],
  ["/a//b", "ValidationException"],
  ["/a/", "ValidationException"],
  [`/${"a/".repeat(15)}a`, "HierarchyLevelLimitExceededException"],
])("no parameter is made under the name %s", async (name, code) => {
  const { put } = await ssmCloud();
  await expect(put(name, "x")).rejects.toMatchObject({ code });
});

test("what exists is overwritten only where that is said, and keeps its type, description and tags", async () => {
  const { put, call } = await ssmCloud();
  await put("a", "one", { Description: "d", Tags: [{ Key: "k", Value: "v" }] });
  await expect(put("a", "two")).rejects.toMatchObject({ code: "ParameterAlreadyExists" });
  await expect(put("a", "two", { ...overwrite, Type: "StringList" })).rejects.toMatchObject({
    code: "HierarchyTypeMismatchException",
  });
  await expect(put("a", "two", { ...overwrite, Tags: [{ Key: "k", Value: "w" }] })).rejects.toThrow(
    "tags and overwrite can't be used together",
  );
  await put("a", "two", { ...overwrite, Type: undefined });
  const { Parameters } = await call("DescribeParameters", {});
  expect(Parameters).toMatchObject([{ Name: "a", Type: "String", Description: "d", Version: 2 }]);
  expect(await call("ListTagsForResource", { ResourceType: "Parameter", ResourceId: "a" })).toEqual({
    TagList: [{ Key: "k", Value: "v" }],
  });
  await expect(put("b", "x", { Type: undefined })).rejects.toThrow("A parameter type is required");
});

test("a value must match the allowed pattern as a whole, also later on", async () => {
  const { put } = await ssmCloud();
  const code = "ParameterPatternMismatchException";
  await expect(put("a", "12x", { AllowedPattern: "\\d+" })).rejects.toMatchObject({ code });
  await put("a", "12", { AllowedPattern: "\\d+" });
  await expect(put("a", "x", overwrite)).rejects.toMatchObject({ code });
  await put("a", "x", { ...overwrite, AllowedPattern: "" });
  await expect(put("b", "x", { AllowedPattern: "(" })).rejects.toMatchObject({
    code: "InvalidAllowedPatternException",
  });
});

test("tiers have their lengths, grow as needed where that is asked for, and never shrink", async () => {
  const { put, call } = await ssmCloud();
  const long = "x".repeat(4097);
  await expect(put("a", long)).rejects.toThrow("maximum parameter value of 4096 characters");
  expect(await put("a", long, { Tier: "Intelligent-Tiering" })).toMatchObject({ Tier: "Advanced" });
  expect(await put("a", "x", overwrite)).toMatchObject({ Tier: "Advanced" });
  await expect(put("a", "x", { ...overwrite, Tier: "Standard" })).rejects.toThrow("can't downgrade");
  await expect(put("b", "x".repeat(8193), { Tier: "Advanced" })).rejects.toMatchObject({
    code: "ValidationException",
  });
  const SettingId = "/ssm/parameter-store/default-parameter-tier";
  await call("UpdateServiceSetting", { SettingId, SettingValue: "Advanced" });
  expect(await put("c", "x")).toMatchObject({ Tier: "Advanced" });
  await call("ResetServiceSetting", { SettingId });
  expect((await call("GetServiceSetting", { SettingId })).ServiceSetting).toMatchObject({
    SettingValue: "Standard",
    Status: "Default",
  });
});

test("SecureStrings are encrypted by KMS under the key that is named, and not read once it is disabled", async () => {
  const { cloud, put, value, call } = await ssmCloud();
  const { KeyMetadata } = await cloud.call("kms", "CreateKey", {});
  const KeyId = KeyMetadata.KeyId;
  for (const [name, more] of [
    ["standard", {}],
    ["advanced", { Tier: "Advanced" }],
  ] as const) {
    await put(name, "hidden", { Type: "SecureString", KeyId, ...more });
    expect(Buffer.from(await value(name), "base64").toString()).not.toContain("hidden");
    expect(await value(name, { WithDecryption: true })).toBe("hidden");
  }
  const blob = Buffer.from(await value("standard"), "base64");
  const { Plaintext } = await cloud.call("kms", "Decrypt", {
    CiphertextBlob: blob,
    EncryptionContext: { PARAMETER_ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/standard" },
  });
  expect(Buffer.from(Plaintext).toString()).toBe("hidden");
  await cloud.call("kms", "DisableKey", { KeyId });
  await expect(value("standard", { WithDecryption: true })).rejects.toMatchObject({ code: "InvalidKeyId" });
  await put("default", "also hidden", { Type: "SecureString" });
  expect(await value("default", { WithDecryption: true })).toBe("also hidden");
  const { Parameters } = await call("DescribeParameters", {
    ParameterFilters: [{ Key: "KeyId", Values: ["alias/aws/ssm"] }],
  });
  expect(Parameters).toMatchObject([{ Name: "default" }]);
  const unknown = { Type: "SecureString", KeyId: "alias/none" };
  await expect(put("x", "y", unknown)).rejects.toMatchObject({ code: "InvalidKeyId" });
});

test("history shows a hundred versions in pages, and a labelled oldest version stands in the way", async () => {
  const { put, call, value } = await ssmCloud();
  await put("a", "1");
  for (let version = 2; version <= 101; version++) await put("a", `${version}`, overwrite);
  await expect(value("a:1")).rejects.toMatchObject({ code: "ParameterVersionNotFound" });
  await call("LabelParameterVersion", { Name: "a", ParameterVersion: 2, Labels: ["old"] });
  await expect(put("a", "102", overwrite)).rejects.toMatchObject({
    code: "ParameterMaxVersionLimitExceeded",
  });
  const first = await call("GetParameterHistory", { Name: "a" });
  expect(first.Parameters).toHaveLength(50);
  expect(first.Parameters[0]).toMatchObject({ Version: 2, Value: "2", Labels: ["old"] });
  const second = await call("GetParameterHistory", { Name: "a", NextToken: first.NextToken });
  expect(second.Parameters.at(-1)).toMatchObject({ Version: 101, Labels: [] });
  expect(second.NextToken).toBeUndefined();
});

test("a label moves from version to version, and bad ones are named", async () => {
  const { put, call, value } = await ssmCloud();
  await put("a", "one");
  await put("a", "two", overwrite);
  expect(await call("LabelParameterVersion", { Name: "a", Labels: ["live", "1st", "awsx"] })).toEqual({
    InvalidLabels: ["1st", "awsx"],
    ParameterVersion: 2,
  });
  await call("LabelParameterVersion", { Name: "a", ParameterVersion: 1, Labels: ["live"] });
  expect(await value("a:live")).toBe("one");
  const Labels = Array.from({ length: 10 }, (_, at) => `l${at}`);
  await expect(
    call("LabelParameterVersion", { Name: "a", ParameterVersion: 1, Labels }),
  ).rejects.toMatchObject({ code: "ParameterVersionLabelLimitExceeded" });
  expect(
    await call("UnlabelParameterVersion", { Name: "a", ParameterVersion: 1, Labels: ["live", "none"] }),
  ).toEqual({ RemovedLabels: ["live"], InvalidLabels: ["none"] });
});

test("changes are told to EventBridge", async () => {
  const { heard, service } = listener();
  const { put, call } = await ssmCloud(service);
  await put("a", "one", { Description: "d" });
  await put("a", "two", overwrite);
  await call("DeleteParameters", { Names: ["a", "b"] });
  expect(heard.map(({ detail }) => detail)).toEqual([
    { operation: "Create", name: "a", type: "String", description: "d" },
    { operation: "Update", name: "a", type: "String", description: "d" },
    { operation: "Delete", name: "a", type: "String", description: "d" },
  ]);
  expect(heard[0]).toMatchObject({
    "detail-type": "Parameter Store Change",
    resources: ["arn:aws:ssm:us-east-1:000000000000:parameter/a"],
  });
  await expect(call("DeleteParameter", { Name: "a" })).rejects.toMatchObject({ code: "ParameterNotFound" });
  await put("a", "again");
  expect((await call("GetParameterHistory", { Name: "a" })).Parameters).toHaveLength(1);
});
