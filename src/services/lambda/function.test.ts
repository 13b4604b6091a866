import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LambdaCloud, lambdaCloud, roleArn, zipOf } from "./testing/fixtures.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("functions", () => {
  let cloud: LambdaCloud;
  beforeEach(async () => {
    cloud = await lambdaCloud();
  });
  afterEach(() => cloud.stop());

  it("CreateFunction answers Pending with AWS's defaults, and the function becomes Active", async () => {
    const created = await cloud.create("f");
    expect(created).toMatchObject({
      FunctionName: "f",
      FunctionArn: arn,
      Version: "$LATEST",
      State: "Pending",
      StateReasonCode: "Creating",
      LastUpdateStatus: "InProgress",
      Timeout: 3,
      MemorySize: 128,
      Description: "",
      PackageType: "Zip",
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
      TracingConfig: { Mode: "PassThrough" },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/f" },
      LastModified: "2024-01-01T00:00:00.000+0000",
    });
    expect(created.Environment).toBeUndefined();
    const { Configuration } = await cloud.call("lambda", "GetFunction", { FunctionName: "f" });
    expect(Configuration).toMatchObject({ State: "Active", LastUpdateStatus: "Successful" });
    expect(Configuration.StateReason).toBeUndefined();
    expect(Configuration.RevisionId).toBe(created.RevisionId);
  });

  it.each(["f", arn, "000000000000:function:f", "function:f", `${arn}:$LATEST`])(
    "GetFunctionConfiguration finds the function by %s",
    async (FunctionName) => {
      await cloud.create("f");
      const found = await cloud.call("lambda", "GetFunctionConfiguration", { FunctionName });
      expect(found.FunctionName).toBe("f");
    },
  );

  it("GetFunction answers a location from which the code can be fetched", async () => {
    const ZipFile = await zipOf({ "a.js": "1" });
    await cloud.create("f", { Code: { ZipFile }, Tags: { team: "x" } });
    const { Code, Tags } = await cloud.call("lambda", "GetFunction", { FunctionName: "f" });
    expect(Tags).toEqual({ team: "x" });
    expect(Code.RepositoryType).toBe("S3");
    expect(Code.Location).toMatch(/^http:\/\/localhost:4566\/_lambda-code\/[0-9a-f]{40}$/);
  });

  it("names the ARN of a function that is not there", async () => {
    await expect(cloud.call("lambda", "GetFunction", { FunctionName: "f" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: `Function not found: ${arn}`,
    });
    await expect(
      cloud.call("lambda", "GetFunction", { FunctionName: "f", Qualifier: "live" }),
    ).rejects.toMatchObject({ message: `Function not found: ${arn}:live` });
    await cloud.create("f");
    await expect(
      cloud.call("lambda", "GetFunction", { FunctionName: "f", Qualifier: "live" }),
    ).rejects.toMatchObject({ message: `Function not found: ${arn}:live` });
  });

  it.each([
    ["an existing name", {}, "ResourceConflictException", "Function already exist: f"],
    [
      "a file that is no zip archive",
      { FunctionName: "g", Code: { ZipFile: Buffer.from("no zip") } },
      "InvalidParameterValueException",
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    ],
    [
      "reserved variables",
      { FunctionName: "g", Environment: { Variables: { AWS_REGION: "x" } } },
      "InvalidParameterValueException",
      "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION",
    ],
    [
      "a timeout above 15 minutes",
      { FunctionName: "g", Timeout: 901 },
      "ValidationException",
      "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    ["container images", { FunctionName: "g", PackageType: "Image" }, "NotImplemented", /container images/],
    [
      "a retired runtime",
      { FunctionName: "g", Runtime: "nodejs12.x" },
      "InvalidParameterValueException",
      /no longer supported/,
    ],
    [
      "a layer that does not exist",
      { FunctionName: "g", Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:l:1"] },
      "InvalidParameterValueException",
      "Layer version arn:aws:lambda:us-east-1:000000000000:layer:l:1 does not exist.",
    ],
  ])("CreateFunction refuses %s", async (_name, input, code, message) => {
    await cloud.create("f");
    const refusal = await cloud.create("f", input).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code });
    expect((refusal as Error).message).toMatch(message);
  });

  it("an environment of more than 4 KB is refused", async () => {
    const input = { Environment: { Variables: { LONG: "x".repeat(4096) } } };
    await expect(cloud.create("f", input)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringContaining("exceeded the 4KB limit"),
    });
  });

  it("UpdateFunctionConfiguration changes what is given, keeps the rest, and retires the old environments", async () => {
    await cloud.create("f", { Environment: { Variables: { MODE: "1" } }, Timeout: 7 });
    const updated = await cloud.call("lambda", "UpdateFunctionConfiguration", {
      FunctionName: "f",
      MemorySize: 256,
    });
    expect(updated).toMatchObject({
      MemorySize: 256,
      Timeout: 7,
      Environment: { Variables: { MODE: "1" } },
      State: "Active",
      LastUpdateStatus: "InProgress",
    });
    await cloud.settle();
    const now = await cloud.call("lambda", "GetFunctionConfiguration", { FunctionName: "f" });
    expect(now.LastUpdateStatus).toBe("Successful");
    expect(cloud.host.retired).toHaveLength(1);
    const cleared = await cloud.call("lambda", "UpdateFunctionConfiguration", {
      FunctionName: "f",
      Environment: { Variables: {} },
    });
    expect(cleared.Environment).toBeUndefined();
  });

  it("UpdateFunctionCode changes the hash, and with DryRun changes nothing", async () => {
    const { CodeSha256 } = await cloud.create("f");
    const ZipFile = await zipOf({ "b.js": "2" });
    const dry = await cloud.call("lambda", "UpdateFunctionCode", {
      FunctionName: "f",
      ZipFile,
      DryRun: true,
    });
    expect(dry.CodeSha256).not.toBe(CodeSha256);
    const still = await cloud.call("lambda", "GetFunctionConfiguration", { FunctionName: "f" });
    expect(still.CodeSha256).toBe(CodeSha256);
    const updated = await cloud.call("lambda", "UpdateFunctionCode", { FunctionName: "f", ZipFile });
    expect(updated.CodeSha256).toBe(dry.CodeSha256);
  });

  it("an update waits for the one before it", async () => {
    await cloud.create("f");
    const first = cloud.call("lambda", "UpdateFunctionConfiguration", { FunctionName: "f", Timeout: 5 });
    await first;
    const second = await cloud.call("lambda", "UpdateFunctionConfiguration", {
      FunctionName: "f",
      MemorySize: 512,
    });
    expect(second).toMatchObject({ Timeout: 5, MemorySize: 512 });
  });

  it("an update with a stale RevisionId fails", async () => {
    await cloud.create("f");
    await expect(
      cloud.call("lambda", "UpdateFunctionConfiguration", { FunctionName: "f", RevisionId: "other" }),
    ).rejects.toMatchObject({ code: "PreconditionFailedException" });
  });

  it("ListFunctions pages, and leaves the state out", async () => {
    for (const name of ["a", "b", "c"]) await cloud.create(name);
    const first = await cloud.call("lambda", "ListFunctions", { MaxItems: 2 });
    expect(first.Functions.map((fn: { FunctionName: string }) => fn.FunctionName)).toEqual(["a", "b"]);
    expect(first.Functions[0].State).toBeUndefined();
    const second = await cloud.call("lambda", "ListFunctions", { Marker: first.NextMarker });
    expect(second.Functions.map((fn: { FunctionName: string }) => fn.FunctionName)).toEqual(["c"]);
    expect(second.NextMarker).toBeUndefined();
  });

  it("DeleteFunction removes all that belongs to the function", async () => {
    await cloud.create("f", { Publish: true });
    await cloud.call("lambda", "CreateAlias", { FunctionName: "f", Name: "live", FunctionVersion: "1" });
    await cloud.call("lambda", "CreateFunctionUrlConfig", { FunctionName: "f", AuthType: "NONE" });
    expect(await cloud.call("lambda", "DeleteFunction", { FunctionName: "f" })).toEqual({ StatusCode: 204 });
    await cloud.create("f");
    const { Versions } = await cloud.call("lambda", "ListVersionsByFunction", { FunctionName: "f" });
    expect(Versions).toHaveLength(1);
    const { Aliases } = await cloud.call("lambda", "ListAliases", { FunctionName: "f" });
    expect(Aliases).toEqual([]);
    const { FunctionUrlConfigs } = await cloud.call("lambda", "ListFunctionUrlConfigs", {
      FunctionName: "f",
    });
    expect(FunctionUrlConfigs).toEqual([]);
  });

  it("tags are set, listed and removed by ARN", async () => {
    await cloud.create("f", { Tags: { a: "1" } });
    await cloud.call("lambda", "TagResource", { Resource: arn, Tags: { b: "2" } });
    await cloud.call("lambda", "UntagResource", { Resource: arn, TagKeys: ["a"] });
    expect(await cloud.call("lambda", "ListTags", { Resource: arn })).toEqual({ Tags: { b: "2" } });
  });

  it("keeps functions apart by account and region", async () => {
    await cloud.create("f");
    const other = cloud.as({ region: "eu-west-1" });
    await expect(other.call("lambda", "GetFunction", { FunctionName: "f" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    const found = await other.call("lambda", "GetFunctionConfiguration", { FunctionName: arn });
    expect(found.Role).toBe(roleArn);
  });

  it("answers NotImplemented, by name, for what is not there", async () => {
    await expect(
      cloud.call("lambda", "CreateCodeSigningConfig", {
        AllowedPublishers: {
          SigningProfileVersionArns: ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij"],
        },
      }),
    ).rejects.toMatchObject({
      code: "NotImplemented",
      message: expect.stringContaining("CreateCodeSigningConfig"),
    });
  });
});
