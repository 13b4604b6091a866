import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LambdaCloud, lambdaCloud, zipOf } from "../testing/fixtures.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("versions and aliases", () => {
  let cloud: LambdaCloud;
  beforeEach(async () => {
    cloud = await lambdaCloud({ "index.handler": ({ spec }) => spec.version });
    await cloud.create("f");
  });
  afterEach(() => cloud.stop());

  const update = async (): Promise<void> => {
    const ZipFile = await zipOf({ "c.js": "3" });
    await cloud.call("lambda", "UpdateFunctionCode", { FunctionName: "f", ZipFile });
    await cloud.settle();
  };

  it("PublishVersion numbers versions, and answers the last one where nothing changed", async () => {
    const first = await cloud.call("lambda", "PublishVersion", { FunctionName: "f", Description: "one" });
    expect(first).toMatchObject({
      Version: "1",
      FunctionArn: `${arn}:1`,
      Description: "one",
      State: "Active",
    });
    const again = await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    expect(again.Version).toBe("1");
    await update();
    const second = await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    expect(second.Version).toBe("2");
    const { Versions } = await cloud.call("lambda", "ListVersionsByFunction", { FunctionName: "f" });
    expect(Versions.map((version: { Version: string }) => version.Version)).toEqual(["$LATEST", "1", "2"]);
  });

  it("a number is never used twice", async () => {
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    await cloud.call("lambda", "DeleteFunction", { FunctionName: "f", Qualifier: "1" });
    expect(await cloud.call("lambda", "PublishVersion", { FunctionName: "f" })).toMatchObject({
      Version: "2",
    });
  });

  it("PublishVersion checks the hash it is given", async () => {
    await expect(
      cloud.call("lambda", "PublishVersion", { FunctionName: "f", CodeSha256: "other" }),
    ).rejects.toMatchObject({ code: "InvalidParameterValueException", message: /^CodeSHA256 \(other\)/ });
  });

  it("an alias serves its version, and keeps it from being deleted", async () => {
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    const alias = await cloud.call("lambda", "CreateAlias", {
      FunctionName: "f",
      Name: "live",
      FunctionVersion: "1",
    });
    expect(alias).toMatchObject({ AliasArn: `${arn}:live`, FunctionVersion: "1", Description: "" });
    const answer = await cloud.call("lambda", "Invoke", { FunctionName: `${arn}:live` });
    expect(answer.ExecutedVersion).toBe("1");
    expect(cloud.host.calls[0]!.invocation.invokedArn).toBe(`${arn}:live`);
    await expect(
      cloud.call("lambda", "DeleteFunction", { FunctionName: "f", Qualifier: "1" }),
    ).rejects.toMatchObject({ code: "ResourceConflictException" });
  });

  it("a weighted alias shares the calls between two versions", async () => {
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    await update();
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    await cloud.call("lambda", "CreateAlias", {
      FunctionName: "f",
      Name: "live",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights: { "2": 0.5 } },
    });
    for (let round = 0; round < 40; round++) {
      await cloud.call("lambda", "Invoke", { FunctionName: "f", Qualifier: "live" });
    }
    const second = cloud.host.calls.filter(({ spec }) => spec.version === "2").length;
    expect(second).toBeGreaterThan(8);
    expect(second).toBeLessThan(32);
  });

  it("an alias that is not there is named", async () => {
    await expect(cloud.call("lambda", "GetAlias", { FunctionName: "f", Name: "no" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: `Cannot find alias arn: ${arn}:no`,
    });
  });

  it("provisioned concurrency prepares environments and becomes READY", async () => {
    await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
    const put = await cloud.call("lambda", "PutProvisionedConcurrencyConfig", {
      FunctionName: "f",
      Qualifier: "1",
      ProvisionedConcurrentExecutions: 3,
    });
    expect(put).toMatchObject({ Status: "IN_PROGRESS", AvailableProvisionedConcurrentExecutions: 0 });
    await cloud.settle();
    const got = await cloud.call("lambda", "GetProvisionedConcurrencyConfig", {
      FunctionName: "f",
      Qualifier: "1",
    });
    expect(got).toMatchObject({ Status: "READY", AvailableProvisionedConcurrentExecutions: 3 });
    expect(cloud.host.prepared).toMatchObject([{ count: 3 }]);
    await cloud.call("lambda", "DeleteProvisionedConcurrencyConfig", { FunctionName: "f", Qualifier: "1" });
    await expect(
      cloud.call("lambda", "GetProvisionedConcurrencyConfig", { FunctionName: "f", Qualifier: "1" }),
    ).rejects.toMatchObject({ code: "ProvisionedConcurrencyConfigNotFoundException" });
  });

  it("layers are versioned, used by functions, and listed newest first", async () => {
    const ZipFile = await zipOf({ "nodejs/node_modules/x/index.js": "1" });
    const publish = () =>
      cloud.call("lambda", "PublishLayerVersion", {
        LayerName: "l",
        Content: { ZipFile },
        CompatibleRuntimes: ["nodejs20.x"],
      });
    await publish();
    const second = await publish();
    expect(second).toMatchObject({
      Version: 2,
      LayerVersionArn: "arn:aws:lambda:us-east-1:000000000000:layer:l:2",
    });
    const { LayerVersions } = await cloud.call("lambda", "ListLayerVersions", { LayerName: "l" });
    expect(LayerVersions.map((version: { Version: number }) => version.Version)).toEqual([2, 1]);
    const { Layers } = await cloud.call("lambda", "ListLayers", {});
    expect(Layers).toMatchObject([{ LayerName: "l", LatestMatchingVersion: { Version: 2 } }]);
    const created = await cloud.create("g", { Layers: [second.LayerVersionArn] });
    expect(created.Layers).toMatchObject([{ Arn: second.LayerVersionArn, CodeSize: ZipFile.length }]);
    await cloud.call("lambda", "DeleteLayerVersion", { LayerName: "l", VersionNumber: 2 });
    await cloud.call("lambda", "Invoke", { FunctionName: "g" });
    expect(cloud.host.calls.at(-1)!.spec.layerZips).toHaveLength(1);
    const byArn = { Arn: "arn:aws:lambda:us-east-1:000000000000:layer:l:1" };
    expect(await cloud.call("lambda", "GetLayerVersionByArn", byArn)).toMatchObject({ Version: 1 });
  });
});
