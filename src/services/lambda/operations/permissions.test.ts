import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("permissions", () => {
  let cloud: LambdaCloud;
  beforeEach(async () => {
    cloud = await lambdaCloud();
    await cloud.create("f");
  });
  afterEach(() => cloud.stop());

  const add = (input: object): Promise<{ Statement: string }> =>
    cloud.call("lambda", "AddPermission", {
      FunctionName: "f",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      ...input,
    });

  it("AddPermission answers the statement, and GetPolicy the document in AWS's shape", async () => {
    const { Statement } = await add({ SourceArn: "arn:aws:s3:::b", SourceAccount: "000000000000" });
    const statement = {
      Sid: "s",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: arn,
      Condition: {
        StringEquals: { "AWS:SourceAccount": "000000000000" },
        ArnLike: { "AWS:SourceArn": "arn:aws:s3:::b" },
      },
    };
    expect(JSON.parse(Statement)).toEqual(statement);
    const { Policy, RevisionId } = await cloud.call("lambda", "GetPolicy", { FunctionName: "f" });
    expect(JSON.parse(Policy)).toEqual({ Version: "2012-10-17", Id: "default", Statement: [statement] });
    expect(RevisionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["123456789012", { AWS: "arn:aws:iam::123456789012:root" }],
    ["arn:aws:iam::123456789012:role/r", { AWS: "arn:aws:iam::123456789012:role/r" }],
    ["*", "*"],
  ])("the principal %s is written as AWS writes it", async (Principal, expected) => {
    const { Statement } = await add({ Principal });
    expect(JSON.parse(Statement).Principal).toEqual(expected);
  });

  it("a statement id is used once, and removed by name", async () => {
    await add({});
    await expect(add({})).rejects.toMatchObject({
      code: "ResourceConflictException",
      message:
        "The statement id (s) provided already exists. Please provide a new statement id, or remove the existing statement.",
    });
    await expect(
      cloud.call("lambda", "RemovePermission", { FunctionName: "f", StatementId: "t" }),
    ).rejects.toMatchObject({ message: "Statement t is not found in resource policy." });
    await cloud.call("lambda", "RemovePermission", { FunctionName: "f", StatementId: "s" });
    await expect(cloud.call("lambda", "GetPolicy", { FunctionName: "f" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The resource you requested does not exist.",
    });
  });

  it("an alias has a policy of its own", async () => {
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    await cloud.call("lambda", "CreateAlias", { FunctionName: "f", Name: "live", FunctionVersion: "1" });
    const { Statement } = await add({ Qualifier: "live" });
    expect(JSON.parse(Statement).Resource).toBe(`${arn}:live`);
    await expect(cloud.call("lambda", "GetPolicy", { FunctionName: "f" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  it("reserved concurrency leaves 100 for the others", async () => {
    const put = (ReservedConcurrentExecutions: number) =>
      cloud.call("lambda", "PutFunctionConcurrency", { FunctionName: "f", ReservedConcurrentExecutions });
    await expect(put(901)).rejects.toMatchObject({ code: "InvalidParameterValueException" });
    expect(await put(900)).toEqual({ ReservedConcurrentExecutions: 900 });
    const { AccountLimit } = await cloud.call("lambda", "GetAccountSettings", {});
    expect(AccountLimit.UnreservedConcurrentExecutions).toBe(100);
    await cloud.call("lambda", "DeleteFunctionConcurrency", { FunctionName: "f" });
    expect(await cloud.call("lambda", "GetFunctionConcurrency", { FunctionName: "f" })).toEqual({});
  });

  it("the settings that Terraform reads have AWS's defaults", async () => {
    const of = { FunctionName: "f" };
    expect(await cloud.call("lambda", "GetFunctionCodeSigningConfig", of)).toEqual({
      CodeSigningConfigArn: "",
      FunctionName: "f",
    });
    expect(await cloud.call("lambda", "GetFunctionRecursionConfig", of)).toEqual({
      RecursiveLoop: "Terminate",
    });
    expect(await cloud.call("lambda", "GetRuntimeManagementConfig", of)).toEqual({
      UpdateRuntimeOn: "Auto",
      FunctionArn: `${arn}:$LATEST`,
    });
  });

  it("an event invoke config is put, updated in part, and deleted", async () => {
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumRetryAttempts: 0,
    });
    const updated = await cloud.call("lambda", "UpdateFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumEventAgeInSeconds: 60,
    });
    expect(updated).toMatchObject({
      FunctionArn: `${arn}:$LATEST`,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    });
    await cloud.call("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName: "f" });
    await expect(
      cloud.call("lambda", "GetFunctionEventInvokeConfig", { FunctionName: "f" }),
    ).rejects.toMatchObject({ message: `The function ${arn}:$LATEST doesn't have an EventInvokeConfig` });
  });
});
