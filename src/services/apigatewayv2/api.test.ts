import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";

describe("APIs, their parts and stages", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await testCloud([service]);
  });
  afterEach(() => cloud.stop());
  const call = (operation: string, input: object = {}) => cloud.call("apigatewayv2", operation, input);

  it("creates an HTTP API with AWS's defaults, at an address below localhost", async () => {
    const api = await call("CreateApi", { Name: "pets", ProtocolType: "HTTP" });
    expect(api).toMatchObject({
      ApiEndpoint: `http://${api.ApiId}.execute-api.us-east-1.localhost:4566`,
      ApiKeySelectionExpression: "$request.header.x-api-key",
      DisableExecuteApiEndpoint: false,
      Name: "pets",
      ProtocolType: "HTTP",
      RouteSelectionExpression: "$request.method $request.path",
    });
    expect(api.ApiId).toMatch(/^[a-z0-9]{10}$/);
    expect(await call("GetApi", { ApiId: api.ApiId })).toEqual(api);
    await call("DeleteApi", { ApiId: api.ApiId });
    await expect(call("GetApi", { ApiId: api.ApiId })).rejects.toMatchObject({
      code: "NotFoundException",
      message: `Invalid API identifier specified 000000000000:${api.ApiId}`,
    });
  });

  it("quick create makes a catch-all route, its integration and a stage that deploys by itself", async () => {
    const { ApiId } = await call("CreateApi", {
      Name: "quick",
      ProtocolType: "HTTP",
      Target: "arn:aws:lambda:us-east-1:000000000000:function:f",
    });
    const { Items: routes } = await call("GetRoutes", { ApiId });
    const { Items: integrations } = await call("GetIntegrations", { ApiId });
    const stage = await call("GetStage", { ApiId, StageName: "$default" });
    expect(routes).toMatchObject([{ RouteKey: "$default", ApiGatewayManaged: true, ApiKeyRequired: false }]);
    expect(routes[0].Target).toBe(`integrations/${integrations[0].IntegrationId}`);
    expect(integrations).toMatchObject([
      {
        IntegrationType: "AWS_PROXY",
        IntegrationMethod: "POST",
        PayloadFormatVersion: "2.0",
        TimeoutInMillis: 30_000,
      },
    ]);
    expect(stage).toMatchObject({ AutoDeploy: true, ApiGatewayManaged: true, RouteSettings: {} });
    expect(stage.LastDeploymentStatusMessage).toBe(
      `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
    );
  });

  it("a change of an API is deployed at once where the stage asks for it, and keeps one deployment", async () => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    await call("CreateStage", { ApiId, StageName: "$default", AutoDeploy: true });
    await call("CreateRoute", { ApiId, RouteKey: "GET /one" });
    const first = await call("GetStage", { ApiId, StageName: "$default" });
    await call("CreateRoute", { ApiId, RouteKey: "GET /two" });
    const second = await call("GetStage", { ApiId, StageName: "$default" });
    expect(second.DeploymentId).not.toBe(first.DeploymentId);
    const { Items } = await call("GetDeployments", { ApiId });
    expect(Items).toMatchObject([{ DeploymentId: second.DeploymentId, AutoDeployed: true }]);
  });

  it("an update changes what it names, withdraws what it empties, and merges maps", async () => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP", Description: "d" });
    expect(await call("UpdateApi", { ApiId, Name: "b", Description: "" })).toMatchObject({ Name: "b" });
    expect(await call("GetApi", { ApiId })).not.toHaveProperty("Description");
    await call("CreateStage", { ApiId, StageName: "s", StageVariables: { a: "1", b: "2" } });
    const stage = await call("UpdateStage", { ApiId, StageName: "s", StageVariables: { a: "", c: "3" } });
    expect(stage.StageVariables).toEqual({ b: "2", c: "3" });
  });

  it.each([
    ["a route key without a method", { RouteKey: "/pets" }],
    ["a greedy variable that is not last", { RouteKey: "GET /{all+}/x" }],
    ["an unknown method", { RouteKey: "FETCH /pets" }],
  ])("refuses %s", async (_name, route) => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    await expect(call("CreateRoute", { ApiId, ...route })).rejects.toMatchObject({
      code: "BadRequestException",
      message: expect.stringContaining("The provided route key is not formatted properly"),
    });
  });

  it("refuses a second route of the same key, and to delete what a route uses", async () => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    const { IntegrationId } = await call("CreateIntegration", {
      ApiId,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "GET",
      IntegrationUri: "http://example.com",
    });
    const route = { ApiId, RouteKey: "GET /pets", Target: `integrations/${IntegrationId}` };
    await call("CreateRoute", route);
    await expect(call("CreateRoute", route)).rejects.toMatchObject({
      code: "ConflictException",
      message: "Route with key GET /pets already exists for this API",
    });
    await expect(call("DeleteIntegration", { ApiId, IntegrationId })).rejects.toMatchObject({
      code: "ConflictException",
    });
  });

  it("a deployment needs a route, and cannot go while a stage serves it", async () => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    await expect(call("CreateDeployment", { ApiId })).rejects.toMatchObject({
      message: "At least one route is required before deploying the Api.",
    });
    await call("CreateRoute", { ApiId, RouteKey: "$default" });
    await call("CreateStage", { ApiId, StageName: "s" });
    const { DeploymentId } = await call("CreateDeployment", { ApiId, StageName: "s" });
    await expect(call("DeleteDeployment", { ApiId, DeploymentId })).rejects.toMatchObject({
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    await call("DeleteStage", { ApiId, StageName: "s" });
    await call("DeleteDeployment", { ApiId, DeploymentId });
  });

  it("lists page by page", async () => {
    for (const Name of ["a", "b", "c"]) await call("CreateApi", { Name, ProtocolType: "HTTP" });
    const first = await call("GetApis", { MaxResults: "2" });
    const second = await call("GetApis", { MaxResults: "2", NextToken: first.NextToken });
    expect([...first.Items, ...second.Items].map(({ Name }) => Name).sort()).toEqual(["a", "b", "c"]);
    expect(second).not.toHaveProperty("NextToken");
  });

  it("tags what has an ARN", async () => {
    const { ApiId } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP", Tags: { a: "1" } });
    await call("CreateStage", { ApiId, StageName: "s" });
    for (const ResourceArn of [
      `arn:aws:apigateway:us-east-1::/apis/${ApiId}`,
      `arn:aws:apigateway:us-east-1::/apis/${ApiId}/stages/s`,
    ]) {
      await call("TagResource", { ResourceArn, Tags: { b: "2", c: "3" } });
      await call("UntagResource", { ResourceArn, TagKeys: ["b"] });
      expect((await call("GetTags", { ResourceArn })).Tags).toMatchObject({ c: "3" });
    }
  });

  it("WebSocket APIs have responses and models of their own", async () => {
    const api = await call("CreateApi", {
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    const { ApiId } = api;
    expect(api.ApiEndpoint).toBe(`ws://${ApiId}.execute-api.us-east-1.localhost:4566`);
    const { IntegrationId, ...integration } = await call("CreateIntegration", {
      ApiId,
      IntegrationType: "MOCK",
    });
    expect(integration).toMatchObject({ PassthroughBehavior: "WHEN_NO_MATCH", TimeoutInMillis: 29_000 });
    const { RouteId } = await call("CreateRoute", {
      ApiId,
      RouteKey: "send",
      Target: `integrations/${IntegrationId}`,
    });
    await call("CreateRouteResponse", { ApiId, RouteId, RouteResponseKey: "$default" });
    await call("CreateIntegrationResponse", { ApiId, IntegrationId, IntegrationResponseKey: "$default" });
    expect((await call("GetRouteResponses", { ApiId, RouteId })).Items).toHaveLength(1);
    expect((await call("GetIntegrationResponses", { ApiId, IntegrationId })).Items).toHaveLength(1);
    const { ModelId } = await call("CreateModel", {
      ApiId,
      Name: "Message",
      Schema: '{"type":"object","properties":{"text":{"type":"string"}}}',
    });
    expect((await call("GetModelTemplate", { ApiId, ModelId })).Value).toContain('"text"');
  });
});
