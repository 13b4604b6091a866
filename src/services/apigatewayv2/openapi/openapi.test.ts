import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Integration, Route } from "../../../model/generated/apigatewayv2.d.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import service from "../index.ts";

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

const document = {
  openapi: "3.0.1",
  info: { title: "pets", version: "2", description: "All of them" },
  tags: [{ name: "team", "x-amazon-apigateway-tag-value": "a" }],
  "x-amazon-apigateway-cors": { allowOrigins: ["*"], allowMethods: ["GET"], maxAge: 5 },
  components: {
    securitySchemes: {
      users: {
        type: "oauth2",
        "x-amazon-apigateway-authorizer": {
          type: "jwt",
          identitySource: "$request.header.Authorization",
          jwtConfiguration: { issuer: "https://issuer.example", audience: ["app"] },
        },
      },
      asked: {
        type: "apiKey",
        "x-amazon-apigateway-authorizer": {
          type: "request",
          authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
          authorizerPayloadFormatVersion: "2.0",
          identitySource: "$request.header.a, $request.querystring.b",
          enableSimpleResponses: true,
        },
      },
      signed: { type: "apiKey", "x-amazon-apigateway-authtype": "awsSigv4" },
    },
    "x-amazon-apigateway-integrations": {
      fn: { type: "aws_proxy", httpMethod: "POST", payloadFormatVersion: "2.0", uri: functionArn },
    },
  },
  paths: {
    "/pets/{id}": {
      get: {
        operationId: "getPet",
        security: [{ users: ["pets.read"] }],
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/fn" },
      },
      post: {
        security: [{ asked: [] }],
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/fn" },
      },
      "x-amazon-apigateway-any-method": {
        security: [{ signed: [] }],
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "ANY",
          payloadFormatVersion: 1.0,
          uri: "http://example.com/{id}",
          responseParameters: { "200": { "append:header.x": "1" } },
        },
      },
    },
    "/$default": {
      "x-amazon-apigateway-any-method": {
        isDefaultRoute: true,
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/fn" },
      },
    },
  },
};

describe("OpenAPI", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await testCloud([service]);
  });
  afterEach(() => cloud.stop());
  const call = (operation: string, input: object = {}) => cloud.call("apigatewayv2", operation, input);
  const partsOf = async (ApiId: string) => {
    const { Items: routes } = await call("GetRoutes", { ApiId });
    const { Items: integrations } = await call("GetIntegrations", { ApiId });
    const { Items: authorizers } = await call("GetAuthorizers", { ApiId });
    const named = (id: string | undefined) =>
      authorizers.find((each: { AuthorizerId: string }) => each.AuthorizerId === id)?.Name;
    return {
      integrations,
      authorizers,
      routes: routes
        .map(({ RouteKey, AuthorizationType, AuthorizerId, AuthorizationScopes, Target }: Route) => ({
          RouteKey,
          AuthorizationType,
          Authorizer: named(AuthorizerId),
          AuthorizationScopes,
          Uri: integrations.find((each: Integration) => Target === `integrations/${each.IntegrationId}`)
            ?.IntegrationUri,
        }))
        .sort((a: { RouteKey: string }, b: { RouteKey: string }) => (a.RouteKey < b.RouteKey ? -1 : 1)),
    };
  };

  it("imports settings, authorizers, integrations and routes", async () => {
    const api = await call("ImportApi", { Body: JSON.stringify(document) });
    expect(api).toMatchObject({
      Name: "pets",
      Version: "2",
      Description: "All of them",
      ProtocolType: "HTTP",
      Tags: { team: "a" },
      CorsConfiguration: { AllowOrigins: ["*"], AllowMethods: ["GET"], MaxAge: 5 },
    });
    const { routes, integrations, authorizers } = await partsOf(api.ApiId);
    expect(routes).toEqual([
      { RouteKey: "$default", AuthorizationType: "NONE", Uri: functionArn },
      { RouteKey: "ANY /pets/{id}", AuthorizationType: "AWS_IAM", Uri: "http://example.com/{id}" },
      {
        RouteKey: "GET /pets/{id}",
        AuthorizationType: "JWT",
        Authorizer: "users",
        AuthorizationScopes: ["pets.read"],
        Uri: functionArn,
      },
      { RouteKey: "POST /pets/{id}", AuthorizationType: "CUSTOM", Authorizer: "asked", Uri: functionArn },
    ]);
    expect(integrations).toHaveLength(2);
    expect(authorizers).toHaveLength(2);
  });

  it.each(["JSON", "YAML"])("what is exported as %s imports as the same API", async (OutputType) => {
    const first = await call("ImportApi", { Body: JSON.stringify(document) });
    const { body } = await call("ExportApi", { ApiId: first.ApiId, Specification: "OAS30", OutputType });
    const second = await call("ImportApi", { Body: Buffer.from(body).toString() });
    expect((await partsOf(second.ApiId)).routes).toEqual((await partsOf(first.ApiId)).routes);
    const { ApiId: _first, ApiEndpoint: _one, ...settings } = first;
    expect(second).toMatchObject(settings);
  });

  it("a new import replaces what was there and keeps the id and the stages", async () => {
    const { ApiId } = await call("ImportApi", { Body: JSON.stringify(document) });
    await call("CreateStage", { ApiId, StageName: "$default", AutoDeploy: true });
    const before = await call("GetStage", { ApiId, StageName: "$default" });
    const smaller = {
      ...document,
      "x-amazon-apigateway-cors": undefined,
      paths: { "/a": { get: document.paths["/pets/{id}"].post } },
    };
    const api = await call("ReimportApi", { ApiId, Body: JSON.stringify(smaller) });
    expect(api).not.toHaveProperty("CorsConfiguration");
    expect((await partsOf(ApiId)).routes).toMatchObject([{ RouteKey: "GET /a" }]);
    const after = await call("GetStage", { ApiId, StageName: "$default" });
    expect(after.DeploymentId).not.toBe(before.DeploymentId);
  });

  it.each([
    ["ignore", "GET /a"],
    ["prepend", "GET /v1/x/a"],
    ["split", "GET /x/a"],
  ])("of a server's base path, %s makes %s", async (Basepath, RouteKey) => {
    const Body = JSON.stringify({
      openapi: "3.0.1",
      info: { title: "a" },
      servers: [{ url: "https://example.com/{base}/x", variables: { base: { default: "v1" } } }],
      paths: { "/a": { get: {} } },
    });
    const { ApiId } = await call("ImportApi", { Body, Basepath });
    expect((await partsOf(ApiId)).routes).toMatchObject([{ RouteKey }]);
  });

  it("warnings are kept, or fail the import where that is asked for", async () => {
    const Body = JSON.stringify({ openapi: "3.0.1", info: { title: "a" }, paths: { "/a": { get: {} } } });
    expect((await call("ImportApi", { Body })).Warnings).toHaveLength(1);
    await expect(call("ImportApi", { Body, FailOnWarnings: true })).rejects.toMatchObject({
      code: "BadRequestException",
    });
  });

  it.each([["{"], ["swagger: '2.0'"], ["[]"], ["openapi: 3.0.1\ninfo: {}"]])("refuses %s", async (Body) => {
    await expect(call("ImportApi", { Body })).rejects.toMatchObject({ code: "BadRequestException" });
  });
});
