// REST APIs as templates make, change and remove them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import apigateway from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;
let made = 0;

const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);
const create = (type: string, properties: object) =>
  types.create(`AWS::ApiGateway::${type}`, properties, { token: (++made).toString(16).padStart(32, "0") });
const refOf = ({ id, ref }: { readonly id: string; readonly ref?: string }) => ref ?? id;

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
  types = provisioner(cloud);
  made = 0;
});
afterEach(() => cloud.stop());

const mock = {
  Type: "MOCK",
  RequestTemplates: { "application/json": '{"statusCode":200}' },
  IntegrationResponses: [{ StatusCode: "200", ResponseParameters: { "method.response.header.X": "'1'" } }],
};

async function served() {
  const api = await create("RestApi", { Name: "pets", EndpointConfiguration: { Types: ["REGIONAL"] } });
  const resource = await create("Resource", {
    RestApiId: api.id,
    ParentId: api.attributes?.RootResourceId,
    PathPart: "pets",
  });
  const method = await create("Method", {
    RestApiId: api.id,
    ResourceId: resource.id,
    HttpMethod: "GET",
    AuthorizationType: "NONE",
    RequestParameters: { "method.request.querystring.q": "true" },
    MethodResponses: [{ StatusCode: "200", ResponseParameters: { "method.response.header.X": false } }],
    Integration: mock,
  });
  return { api, resource, method };
}

test("resources, methods and their responses are made, and a method is changed in place", async () => {
  const { api, resource, method } = await served();
  const place = { restApiId: api.id, resourceId: resource.id, httpMethod: "GET" };
  expect(await call("GetMethod", place)).toMatchObject({
    requestParameters: { "method.request.querystring.q": true },
    methodIntegration: {
      type: "MOCK",
      integrationResponses: { 200: { responseParameters: { "method.response.header.X": "'1'" } } },
    },
  });
  const { properties } = method;
  expect(await types.read("AWS::ApiGateway::Method", method.id)).toMatchObject({
    MethodResponses: [{ StatusCode: "200" }],
    Integration: { ...mock, PassthroughBehavior: "WHEN_NO_MATCH" },
  });
  await types.update(
    "AWS::ApiGateway::Method",
    method.id,
    { ...properties, ApiKeyRequired: true, Integration: { Type: "MOCK" } },
    properties,
  );
  const changed = await call("GetMethod", place);
  expect(changed.apiKeyRequired).toBe(true);
  expect(changed.methodIntegration.integrationResponses).toBeUndefined();
  await types.delete("AWS::ApiGateway::Method", method.id);
  await types.delete("AWS::ApiGateway::Resource", resource.id, resource.properties);
  await types.delete("AWS::ApiGateway::RestApi", api.id);
  expect(await types.list("AWS::ApiGateway::RestApi")).toEqual([]);
});

test("a deployment's own stage goes with it, unless it serves another by then", async () => {
  const { api } = await served();
  const properties = {
    RestApiId: api.id,
    StageName: "dev",
    StageDescription: {
      ThrottlingRateLimit: 5,
      Variables: { a: "1" },
      MethodSettings: [{ ResourcePath: "/~1pets", HttpMethod: "GET", CachingEnabled: true }],
    },
  };
  const first = await create("Deployment", properties);
  expect(await call("GetStage", { restApiId: api.id, stageName: "dev" })).toMatchObject({
    deploymentId: refOf(first),
    variables: { a: "1" },
    methodSettings: { "*/*": { throttlingRateLimit: 5 }, "~1pets/GET": { cachingEnabled: true } },
  });
  const second = await create("Deployment", properties);
  await types.delete("AWS::ApiGateway::Deployment", first.id, first.properties);
  expect((await call("GetStage", { restApiId: api.id, stageName: "dev" })).deploymentId).toBe(refOf(second));
  await types.delete("AWS::ApiGateway::Deployment", second.id, second.properties);
  expect((await call("GetStages", { restApiId: api.id })).item).toEqual([]);
  expect((await call("GetDeployments", { restApiId: api.id })).items).toEqual([]);
});

test("a stage's settings follow the template, also where it leaves them out again", async () => {
  const { api } = await served();
  const deployment = await create("Deployment", { RestApiId: api.id });
  await create("Account", { CloudWatchRoleArn: "arn:aws:iam::000000000000:role/logs" });
  const bare = { RestApiId: api.id, StageName: "prod", DeploymentId: refOf(deployment) };
  const full = {
    ...bare,
    Description: "served",
    Variables: { a: "1" },
    TracingEnabled: true,
    MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", LoggingLevel: "INFO", MetricsEnabled: true }],
    AccessLogSetting: {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
      Format: "$context.requestId",
    },
    Tags: [{ Key: "team", Value: "pets" }],
  };
  const stage = await create("Stage", full);
  expect(stage.id).toBe("prod");
  const get = () => call("GetStage", { restApiId: api.id, stageName: "prod" });
  expect(await get()).toMatchObject({
    description: "served",
    variables: { a: "1" },
    tracingEnabled: true,
    accessLogSettings: { format: "$context.requestId" },
    methodSettings: { "*/*": { loggingLevel: "INFO", metricsEnabled: true } },
    tags: { team: "pets" },
  });
  expect(await types.read("AWS::ApiGateway::Stage", stage.id, full)).toMatchObject(full);
  await types.update("AWS::ApiGateway::Stage", stage.id, bare, full);
  const left = await get();
  expect(left).toMatchObject({ tracingEnabled: false, variables: {}, methodSettings: {}, tags: {} });
  expect(left.accessLogSettings).toBeUndefined();
});

test("a document makes an API, properties stand over it, and a new one takes its place", async () => {
  const document = (path: string) => ({
    swagger: "2.0",
    info: { title: "of the document", version: "1" },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    paths: { [path]: { get: { "x-amazon-apigateway-integration": { type: "mock" } } } },
  });
  const before = { Body: document("/one"), Description: "mine" };
  const api = await create("RestApi", before);
  expect(await call("GetRestApi", { restApiId: api.id })).toMatchObject({
    name: "of the document",
    description: "mine",
    binaryMediaTypes: ["image/png"],
  });
  const after = { Body: document("/two"), BinaryMediaTypes: ["a/b"], Tags: [{ Key: "k", Value: "v" }] };
  await types.update("AWS::ApiGateway::RestApi", api.id, after, before);
  expect(await call("GetRestApi", { restApiId: api.id })).toMatchObject({
    binaryMediaTypes: ["a/b"],
    tags: { k: "v" },
  });
  const { items } = await call("GetResources", { restApiId: api.id });
  expect(items.map(({ path }: { path: string }) => path).sort()).toEqual(["/", "/two"]);
});

test("keys, plans and what belongs to them come and go", async () => {
  const { api } = await served();
  await create("Deployment", { RestApiId: api.id, StageName: "prod" });
  const key = await create("ApiKey", { Enabled: true });
  const limits = (RateLimit: number) => ({ "/pets/GET": { RateLimit, BurstLimit: 2 } });
  const before = {
    UsagePlanName: "basic",
    Quota: { Limit: 10, Period: "DAY" },
    ApiStages: [{ ApiId: api.id, Stage: "prod", Throttle: limits(1) }],
  };
  const plan = await create("UsagePlan", before);
  const member = await create("UsagePlanKey", { KeyId: key.id, KeyType: "API_KEY", UsagePlanId: plan.id });
  expect(member.id).toBe(`${key.id}:${plan.id}`);
  const after = {
    UsagePlanName: "better",
    Throttle: { RateLimit: 100, BurstLimit: 10 },
    ApiStages: [{ ApiId: api.id, Stage: "prod", Throttle: limits(7) }],
  };
  await types.update("AWS::ApiGateway::UsagePlan", plan.id, after, before);
  expect(await call("GetUsagePlan", { usagePlanId: plan.id })).toMatchObject({
    name: "better",
    throttle: { rateLimit: 100, burstLimit: 10 },
    apiStages: [{ throttle: { "/pets/GET": { rateLimit: 7, burstLimit: 2 } } }],
  });
  expect((await call("GetUsagePlan", { usagePlanId: plan.id })).quota).toBeUndefined();
  await types.delete("AWS::ApiGateway::UsagePlanKey", member.id);
  await types.delete("AWS::ApiGateway::UsagePlan", plan.id, after);
  await types.delete("AWS::ApiGateway::ApiKey", key.id);
});

const arn = "arn:aws:acm:us-east-1:000000000000:certificate/1";

test("the other parts of an API are read as they were made, changed and removed", async () => {
  const { api } = await served();
  const RestApiId = api.id;
  const uri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";
  const cases: readonly [string, object, object][] = [
    ["Model", { RestApiId, Name: "Pet", Schema: { type: "object" } }, { Description: "a pet" }],
    ["RequestValidator", { RestApiId, Name: "v", ValidateRequestBody: true }, { ValidateRequestBody: false }],
    ["GatewayResponse", { RestApiId, ResponseType: "DEFAULT_4XX", StatusCode: "418" }, { StatusCode: "419" }],
    [
      "Authorizer",
      {
        RestApiId,
        Name: "a",
        Type: "TOKEN",
        AuthorizerUri: uri,
        IdentitySource: "method.request.header.Authorization",
      },
      { AuthorizerResultTtlInSeconds: 5 },
    ],
    [
      "DocumentationPart",
      { RestApiId, Location: { Type: "API" }, Properties: "{}" },
      { Properties: '{"a":1}' },
    ],
    ["DocumentationVersion", { RestApiId, DocumentationVersion: "1" }, { Description: "first" }],
    ["ClientCertificate", { Description: "one" }, { Description: "two" }],
    [
      "VpcLink",
      { Name: "link", TargetArns: ["arn:aws:elasticloadbalancing:us-east-1:0:loadbalancer/net/a/b"] },
      { Name: "other" },
    ],
    [
      "DomainName",
      {
        DomainName: "api.example.com",
        RegionalCertificateArn: arn,
        EndpointConfiguration: { Types: ["REGIONAL"] },
      },
      { SecurityPolicy: "TLS_1_0" },
    ],
  ];
  for (const [type, before, change] of cases) {
    const name = `AWS::ApiGateway::${type}`;
    const { id, properties } = await create(type, before);
    const after = { ...properties, ...change };
    await types.update(name, id, after, properties);
    expect(await types.read(name, id, properties), type).toMatchObject(change);
    await types.delete(name, id, properties);
    expect(await types.read(name, id, properties), type).toBeUndefined();
  }
});

test("a domain name leads to a stage by its mapping", async () => {
  const { api } = await served();
  await create("Deployment", { RestApiId: api.id, StageName: "prod" });
  const domain = await create("DomainName", { DomainName: "api.example.com", CertificateArn: arn });
  expect(domain.attributes).toMatchObject({
    DistributionDomainName: expect.stringMatching(/\.cloudfront\.net$/),
    DistributionHostedZoneId: "Z2FDTNDATAQYW2",
  });
  const before = { DomainName: domain.id, RestApiId: api.id, Stage: "prod" };
  const mapping = await create("BasePathMapping", before);
  expect((await call("GetBasePathMappings", { domainName: domain.id })).items).toEqual([
    { basePath: "(none)", restApiId: api.id, stage: "prod" },
  ]);
  await expect(call("DeleteRestApi", { restApiId: api.id })).rejects.toThrow(/base path mappings/);
  await types.delete("AWS::ApiGateway::BasePathMapping", mapping.id, before);
  await types.delete("AWS::ApiGateway::DomainName", domain.id);
});
