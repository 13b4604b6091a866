import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import service from "../index.ts";

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("AWS::ApiGatewayV2", () => {
  let cloud: TestCloud;
  let stack: Provisioner;
  beforeEach(async () => {
    cloud = await testCloud([service]);
    stack = provisioner(cloud);
  });
  afterEach(() => cloud.stop());
  const call = (operation: string, input: object = {}) => cloud.call("apigatewayv2", operation, input);
  let made = 0;
  const make = async (part: string, properties: object) => {
    // Each creation has its own token, as in a stack.
    const token = String(made++).padStart(32, "0");
    const { id } = await stack.create(`AWS::ApiGatewayV2::${part}`, properties, { token });
    return id;
  };

  it("Api is made, changed in place and deleted", async () => {
    const type = "AWS::ApiGatewayV2::Api";
    const before = {
      Name: "a",
      ProtocolType: "HTTP",
      Description: "d",
      CorsConfiguration: { AllowOrigins: ["*"] },
      Tags: { a: "1", b: "2" },
    };
    const { id, attributes } = await stack.create(type, before);
    expect(attributes).toMatchObject({
      ApiId: id,
      ApiEndpoint: `http://${id}.execute-api.us-east-1.localhost:4566`,
      ExecuteApiArn: `arn:aws:execute-api:us-east-1:000000000000:${id}`,
    });
    const after = { Name: "b", ProtocolType: "HTTP", Tags: { b: "3" } };
    await stack.update(type, id, after, before);
    const api = await call("GetApi", { ApiId: id });
    expect(api).toMatchObject({ Name: "b", Tags: { b: "3" } });
    expect(api).not.toHaveProperty("Description");
    expect(api).not.toHaveProperty("CorsConfiguration");
    await stack.delete(type, id, after);
    expect(await stack.read(type, id, after)).toBeUndefined();
  });

  it("Api is made of a document, and of the next one", async () => {
    const type = "AWS::ApiGatewayV2::Api";
    const document = (path: string) => ({
      Body: {
        openapi: "3.0.1",
        info: { title: "from a document", version: "1" },
        paths: { [path]: { get: {} } },
      },
      Tags: { a: "1" },
    });
    const { id: ApiId } = await stack.create(type, document("/a"));
    expect(await call("GetApi", { ApiId })).toMatchObject({ Name: "from a document", Tags: { a: "1" } });
    await stack.update(type, ApiId, document("/b"), document("/a"));
    expect((await call("GetRoutes", { ApiId })).Items).toMatchObject([{ RouteKey: "GET /b" }]);
  });

  it("the parts of an API are made, changed and deleted", async () => {
    const ApiId = await make("Api", { Name: "a", ProtocolType: "HTTP" });
    const integration = {
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri: functionArn,
      PayloadFormatVersion: "2.0",
      TimeoutInMillis: 5000,
      ResponseParameters: {
        "200": { ResponseParameters: [{ Destination: "append:header.x", Source: "1" }] },
      },
    };
    const IntegrationId = await make("Integration", integration);
    expect(await call("GetIntegration", { ApiId, IntegrationId })).toMatchObject({
      ResponseParameters: { "200": { "append:header.x": "1" } },
    });
    const { TimeoutInMillis: _t, ResponseParameters: _r, ...less } = integration;
    await stack.update("AWS::ApiGatewayV2::Integration", IntegrationId, less, integration);
    const changed = await call("GetIntegration", { ApiId, IntegrationId });
    expect(changed).toMatchObject({ TimeoutInMillis: 30_000, ResponseParameters: {} });

    const AuthorizerId = await make("Authorizer", {
      ApiId,
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://issuer.example", Audience: ["app"] },
    });
    const route = {
      ApiId,
      RouteKey: "GET /a",
      Target: `integrations/${IntegrationId}`,
      AuthorizationType: "JWT",
      AuthorizerId,
      AuthorizationScopes: ["s"],
    };
    const RouteId = await make("Route", route);
    const open = { ApiId, RouteKey: "GET /b", Target: route.Target };
    await stack.update("AWS::ApiGatewayV2::Route", RouteId, open, route);
    const found = await call("GetRoute", { ApiId, RouteId });
    expect(found).toMatchObject({ RouteKey: "GET /b", AuthorizationType: "NONE" });
    expect(found).not.toHaveProperty("AuthorizerId");

    const stage = { ApiId, StageName: "s", AutoDeploy: true, StageVariables: { a: "1" }, Tags: { t: "1" } };
    const StageName = await make("Stage", stage);
    const next = { ApiId, StageName: "s", AutoDeploy: true, Description: "d", StageVariables: { b: "2" } };
    await stack.update("AWS::ApiGatewayV2::Stage", StageName, next, stage);
    expect(await call("GetStage", { ApiId, StageName })).toMatchObject({
      Description: "d",
      StageVariables: { b: "2" },
      Tags: {},
    });
    await stack.delete("AWS::ApiGatewayV2::Stage", StageName, next);
    await stack.delete("AWS::ApiGatewayV2::Route", RouteId, open);
    await stack.delete("AWS::ApiGatewayV2::Authorizer", AuthorizerId, { ApiId });
    await stack.delete("AWS::ApiGatewayV2::Integration", IntegrationId, less);
    expect((await call("GetIntegrations", { ApiId })).Items).toEqual([]);
  });

  it("the parts of a WebSocket API are made and deleted", async () => {
    const ApiId = await make("Api", {
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    const IntegrationId = await make("Integration", { ApiId, IntegrationType: "MOCK" });
    const RouteId = await make("Route", { ApiId, RouteKey: "send", Target: `integrations/${IntegrationId}` });
    const routeResponse = { ApiId, RouteId, RouteResponseKey: "$default" };
    const RouteResponseId = await make("RouteResponse", routeResponse);
    const answer = {
      ApiId,
      IntegrationId,
      IntegrationResponseKey: "$default",
      ResponseTemplates: { a: "b" },
    };
    const IntegrationResponseId = await make("IntegrationResponse", answer);
    const ModelId = await make("Model", { ApiId, Name: "M", Schema: { type: "object" } });
    expect(await call("GetModel", { ApiId, ModelId })).toMatchObject({ Schema: '{"type":"object"}' });
    const DeploymentId = await make("Deployment", { ApiId });
    await make("Stage", { ApiId, StageName: "dev", DeploymentId });
    await stack.delete("AWS::ApiGatewayV2::Stage", "dev", { ApiId });
    await stack.delete("AWS::ApiGatewayV2::Deployment", DeploymentId, { ApiId });
    await stack.delete("AWS::ApiGatewayV2::Model", ModelId, { ApiId });
    await stack.delete("AWS::ApiGatewayV2::IntegrationResponse", IntegrationResponseId, answer);
    await stack.delete("AWS::ApiGatewayV2::RouteResponse", RouteResponseId, routeResponse);
    expect((await call("GetRouteResponses", { ApiId, RouteId })).Items).toEqual([]);
  });

  it("a domain name with its mapping and a rule", async () => {
    const ApiId = await make("Api", { Name: "a", ProtocolType: "HTTP", Target: functionArn });
    const DomainName = await make("DomainName", {
      DomainName: "api.example.com",
      DomainNameConfigurations: [
        { CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1", EndpointType: "REGIONAL" },
      ],
      RoutingMode: "ROUTING_RULE_THEN_API_MAPPING",
    });
    const found = await stack.read("AWS::ApiGatewayV2::DomainName", DomainName, {});
    expect(found).toMatchObject({
      RegionalDomainName: expect.stringMatching(/^d-.{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
      RegionalHostedZoneId: "Z1UJRXOUMOOFQ8",
    });
    const mapping = { DomainName, ApiId, Stage: "$default", ApiMappingKey: "v1" };
    const id = await make("ApiMapping", mapping);
    await stack.update("AWS::ApiGatewayV2::ApiMapping", id, { ...mapping, ApiMappingKey: "v2" }, mapping);
    const { Items } = await call("GetApiMappings", { DomainName });
    expect(Items).toMatchObject([{ ApiMappingKey: "v2", ApiId, Stage: "$default" }]);
    const rule = {
      DomainNameArn: found?.DomainNameArn,
      Priority: 1,
      Conditions: [{ MatchBasePaths: { AnyOf: ["beta"] } }],
      Actions: [{ InvokeApi: { ApiId, Stage: "$default", StripBasePath: true } }],
    };
    const ruleArn = await make("RoutingRule", rule);
    expect((await call("ListRoutingRules", { DomainName })).RoutingRules).toMatchObject([
      { RoutingRuleArn: ruleArn, Priority: 1, Conditions: rule.Conditions },
    ]);
    await stack.delete("AWS::ApiGatewayV2::RoutingRule", ruleArn, rule);
    await stack.delete("AWS::ApiGatewayV2::ApiMapping", id, mapping);
    await stack.delete("AWS::ApiGatewayV2::DomainName", DomainName, {});
  });

  it("overrides what quick create made", async () => {
    const ApiId = await make("Api", { Name: "a", ProtocolType: "HTTP", Target: functionArn });
    await make("ApiGatewayManagedOverrides", {
      ApiId,
      Integration: { TimeoutInMillis: 1000 },
      Route: { OperationName: "all" },
      Stage: { Description: "d", AutoDeploy: true },
    });
    expect((await call("GetIntegrations", { ApiId })).Items).toMatchObject([{ TimeoutInMillis: 1000 }]);
    expect((await call("GetRoutes", { ApiId })).Items).toMatchObject([{ OperationName: "all" }]);
    expect(await call("GetStage", { ApiId, StageName: "$default" })).toMatchObject({ Description: "d" });
  });
});
