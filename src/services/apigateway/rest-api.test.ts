// REST APIs as their owner builds them: the tree, methods, integrations,
// deployments and stages, and how each refuses what is wrong.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import apigateway from "./index.ts";

let cloud: TestCloud;
let restApiId: string;
let rootId: string;

const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);
const patch = (op: string, path: string, value?: string, from?: string) => ({
  patchOperations: [{ op, path, value, from }],
});

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
  const api = await call("CreateRestApi", { name: "pets" });
  restApiId = api.id;
  rootId = api.rootResourceId;
});
afterEach(() => cloud.stop());

async function mockMethod(resourceId: string, httpMethod = "GET"): Promise<void> {
  const method = { restApiId, resourceId, httpMethod };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await call("PutIntegration", { ...method, type: "MOCK" });
}

const deploy = async (stageName?: string) =>
  (await call("CreateDeployment", { restApiId, stageName })).id as string;

test("an API begins with its root resource, two models and AWS's defaults", async () => {
  const api = await call("GetRestApi", { restApiId });
  expect(api).toMatchObject({
    apiKeySource: "HEADER",
    disableExecuteApiEndpoint: false,
    endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
    id: expect.stringMatching(/^[a-z0-9]{10}$/),
  });
  expect((await call("GetResources", { restApiId })).items).toEqual([{ id: rootId, path: "/" }]);
  const { items } = await call("GetModels", { restApiId });
  expect(items.map(({ name }: { name: string }) => name)).toEqual(["Empty", "Error"]);
});

test("an API that is not there is refused with account and id", async () => {
  await expect(call("GetRestApi", { restApiId: "nothing" })).rejects.toMatchObject({
    code: "NotFoundException",
    message: "Invalid API identifier specified 000000000000:nothing",
  });
});

test("a resource's path part must be legal, free, and the only variable beside its siblings", async () => {
  const create = (parentId: string, pathPart: string) =>
    call("CreateResource", { restApiId, parentId, pathPart });
  const pets = await create(rootId, "pets");
  expect(pets).toMatchObject({ path: "/pets", parentId: rootId, pathPart: "pets" });
  await expect(create(rootId, "pets")).rejects.toMatchObject({
    code: "ConflictException",
    message: "Another resource with the same parent already has this name: pets",
  });
  await expect(create(rootId, "a/b")).rejects.toThrow(/^Resource's path part only allow/);
  await create(pets.id, "{petId}");
  await expect(create(pets.id, "{other}")).rejects.toThrow(
    "A sibling ({petId}) of this resource already has a variable path part -- only one is allowed",
  );
  const all = await create(rootId, "{proxy+}");
  await expect(create(all.id, "below")).rejects.toThrow(
    "Cannot create a child of a resource with a greedy path variable: {proxy+}",
  );
});

test("a resource that is renamed takes along what stands below it", async () => {
  const pets = await call("CreateResource", { restApiId, parentId: rootId, pathPart: "pets" });
  const one = await call("CreateResource", { restApiId, parentId: pets.id, pathPart: "{id}" });
  await call("UpdateResource", { restApiId, resourceId: pets.id, ...patch("replace", "/pathPart", "dogs") });
  expect((await call("GetResource", { restApiId, resourceId: one.id })).path).toBe("/dogs/{id}");
  await call("DeleteResource", { restApiId, resourceId: pets.id });
  expect((await call("GetResources", { restApiId })).items).toEqual([{ id: rootId, path: "/" }]);
});

test("methods are shown within their resources where asked for", async () => {
  await mockMethod(rootId);
  const [bare] = (await call("GetResources", { restApiId })).items;
  expect(bare.resourceMethods).toEqual({ GET: {} });
  const [full] = (await call("GetResources", { restApiId, embed: ["methods"] })).items;
  expect(full.resourceMethods.GET).toMatchObject({
    httpMethod: "GET",
    authorizationType: "NONE",
    apiKeyRequired: false,
    methodIntegration: {
      type: "MOCK",
      passthroughBehavior: "WHEN_NO_MATCH",
      timeoutInMillis: 29000,
      cacheNamespace: rootId,
      cacheKeyParameters: [],
    },
  });
});

test("a method cannot be made twice, nor guarded by an authorizer that is not there", async () => {
  await mockMethod(rootId);
  const method = { restApiId, resourceId: rootId, httpMethod: "GET" };
  await expect(call("PutMethod", { ...method, authorizationType: "NONE" })).rejects.toMatchObject({
    code: "ConflictException",
    message: "Method already exists for this resource",
  });
  await expect(
    call("PutMethod", { ...method, httpMethod: "PUT", authorizationType: "CUSTOM", authorizerId: "none" }),
  ).rejects.toThrow(/^Invalid authorizer ID specified\./);
  await expect(call("GetMethod", { ...method, httpMethod: "PATCH" })).rejects.toMatchObject({
    code: "NotFoundException",
    message: "Invalid Method identifier specified",
  });
});

test("an integration must be what its type needs", async () => {
  const method = { restApiId, resourceId: rootId, httpMethod: "GET" };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await expect(call("GetIntegration", method)).rejects.toThrow("Invalid Integration identifier specified");
  const put = (input: object) => call("PutIntegration", { ...method, ...input });
  await expect(put({ type: "HTTP", uri: "https://example.com" })).rejects.toThrow(
    "Enumeration value for HttpMethod must be non-empty",
  );
  await expect(put({ type: "HTTP", integrationHttpMethod: "GET", uri: "nowhere" })).rejects.toThrow(
    "Invalid HTTP endpoint specified for URI",
  );
  await expect(put({ type: "AWS", integrationHttpMethod: "POST", uri: "arn:aws:s3:::b" })).rejects.toThrow(
    "Invalid ARN specified in the request",
  );
  await expect(
    put({
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/q",
    }),
  ).rejects.toThrow(/^Integrations of type 'AWS_PROXY' currently only supports Lambda/);
  await expect(put({ type: "MOCK", timeoutInMillis: 10 })).rejects.toThrow(
    "Timeout should be between 50 ms and 29000 ms",
  );
});

test("an integration's response maps only to what the method's response declares", async () => {
  await mockMethod(rootId);
  const response = { restApiId, resourceId: rootId, httpMethod: "GET", statusCode: "200" };
  await expect(
    call("PutIntegrationResponse", {
      ...response,
      responseParameters: { "method.response.header.X-One": "'1'" },
    }),
  ).rejects.toThrow(/errors : \[No method response exists for method\.\]$/);
  await call("PutIntegrationResponse", response);
  await expect(call("GetMethodResponse", response)).rejects.toMatchObject({
    code: "NotFoundException",
    message: "Invalid Response status code specified",
  });
  await call("PutMethodResponse", {
    ...response,
    responseParameters: { "method.response.header.X-One": false },
  });
  await call("PutIntegrationResponse", {
    ...response,
    responseParameters: { "method.response.header.X-One": "'1'" },
  });
  await expect(
    call("PutIntegrationResponse", {
      ...response,
      responseParameters: { "method.response.header.X-Two": "'2'" },
    }),
  ).rejects.toThrow(
    "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.X-Two]",
  );
});

test("a deployment needs methods, each with an integration", async () => {
  await expect(deploy()).rejects.toThrow("The REST API doesn't contain any methods");
  await call("PutMethod", {
    restApiId,
    resourceId: rootId,
    httpMethod: "GET",
    authorizationType: "NONE",
  });
  await expect(deploy()).rejects.toThrow("No integration defined for method");
});

test("a deployment keeps the API as it was, and cannot go while a stage serves it", async () => {
  await mockMethod(rootId);
  const deploymentId = await deploy("prod");
  await mockMethod(rootId, "POST");
  const deployment = await call("GetDeployment", { restApiId, deploymentId, embed: ["apisummary"] });
  expect(deployment.apiSummary).toEqual({
    "/": { GET: { authorizationType: "NONE", apiKeyRequired: false } },
  });
  await expect(call("DeleteDeployment", { restApiId, deploymentId })).rejects.toThrow(
    "Active stages pointing to this deployment must be moved or deleted",
  );
  await call("DeleteStage", { restApiId, stageName: "prod" });
  await call("DeleteDeployment", { restApiId, deploymentId });
});

test("a stage takes variables, settings by method, and a canary that can be promoted", async () => {
  await mockMethod(rootId);
  const first = await deploy("prod");
  const update = (...operations: object[]) =>
    call("UpdateStage", { restApiId, stageName: "prod", patchOperations: operations });
  const set = (path: string, value: string) => ({ op: "replace", path, value });
  const stage = await update(
    set("/variables/table", "pets"),
    set("/*/*/throttling/rateLimit", "12.5"),
    set("/~1pets~1{id}/GET/caching/enabled", "true"),
  );
  expect(stage.variables).toEqual({ table: "pets" });
  expect(stage.methodSettings).toMatchObject({
    "*/*": { throttlingRateLimit: 12.5, throttlingBurstLimit: 5000, metricsEnabled: false },
    "~1pets~1{id}/GET": { cachingEnabled: true, cacheTtlInSeconds: 300 },
  });
  const { id: second } = await call("CreateDeployment", {
    restApiId,
    stageName: "prod",
    canarySettings: { percentTraffic: 10, stageVariableOverrides: { table: "dogs" } },
  });
  expect(await call("GetStage", { restApiId, stageName: "prod" })).toMatchObject({
    deploymentId: first,
    canarySettings: { deploymentId: second, percentTraffic: 10, useStageCache: false },
  });
  const promoted = await update(
    { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
    { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
    { op: "remove", path: "/canarySettings" },
    { op: "remove", path: "/*/*" },
  );
  expect(promoted).toMatchObject({ deploymentId: second, variables: { table: "dogs" } });
  expect(promoted).not.toHaveProperty("canarySettings");
  expect(Object.keys(promoted.methodSettings)).toEqual(["~1pets~1{id}/GET"]);
  await expect(update(set("/nonsense", "1"))).rejects.toThrow(
    /^Invalid method setting path: \/nonsense\. Must be one of: \[\/deploymentId, /,
  );
});

test("logging needs a role in the account's settings", async () => {
  await mockMethod(rootId);
  await deploy("prod");
  const enable = () =>
    call("UpdateStage", {
      restApiId,
      stageName: "prod",
      ...patch("replace", "/*/*/logging/loglevel", "INFO"),
    });
  await expect(enable()).rejects.toThrow(
    "CloudWatch Logs role ARN must be set in account settings to enable logging",
  );
  await call("UpdateAccount", patch("replace", "/cloudwatchRoleArn", "arn:aws:iam::000000000000:role/logs"));
  expect((await enable()).methodSettings["*/*"].loggingLevel).toBe("INFO");
});

test("a patch that does not fit is refused with the paths that would", async () => {
  await call("CreateModel", { restApiId, name: "Pet", contentType: "application/json", schema: "{}" });
  const update = (op: string, path: string) =>
    call("UpdateModel", { restApiId, modelName: "Pet", ...patch(op, path, "x") });
  await expect(update("replace", "/name")).rejects.toMatchObject({
    code: "BadRequestException",
    message:
      "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]",
  });
  await expect(update("add", "/description")).rejects.toThrow(
    "Invalid patch path  '/description' specified for op 'add'. Please choose supported operations",
  );
});

test("an API's settings are patched, and its policy is shown escaped", async () => {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const api = await call("UpdateRestApi", {
    restApiId,
    patchOperations: [
      { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "REGIONAL" },
      { op: "add", path: "/binaryMediaTypes/image~1png" },
      { op: "replace", path: "/minimumCompressionSize", value: "1024" },
      { op: "replace", path: "/policy", value: policy },
    ],
  });
  expect(api).toMatchObject({
    endpointConfiguration: { types: ["REGIONAL"] },
    binaryMediaTypes: ["image/png"],
    minimumCompressionSize: 1024,
  });
  expect(JSON.parse(`"${api.policy}"`)).toBe(policy);
});

test("a clone has the source's resources and methods under ids of its own", async () => {
  const pets = await call("CreateResource", { restApiId, parentId: rootId, pathPart: "pets" });
  await mockMethod(pets.id);
  const copy = await call("CreateRestApi", { name: "copy", cloneFrom: restApiId });
  const { items } = await call("GetResources", { restApiId: copy.id });
  expect(items).toHaveLength(2);
  const copied = items.find(({ path }: { path: string }) => path === "/pets");
  expect(copied).toMatchObject({ parentId: copy.rootResourceId, resourceMethods: { GET: {} } });
  expect(copied.id).not.toBe(pets.id);
});

test("lists are paged by position", async () => {
  for (const pathPart of ["a", "b", "c"]) {
    await call("CreateResource", { restApiId, parentId: rootId, pathPart });
  }
  const first = await call("GetResources", { restApiId, limit: 3 });
  expect(first.items).toHaveLength(3);
  const second = await call("GetResources", { restApiId, limit: 3, position: first.position });
  expect(second.items).toHaveLength(1);
  expect(second).not.toHaveProperty("position");
});

test("a deleted API leaves nothing behind", async () => {
  await mockMethod(rootId);
  await deploy("prod");
  await call("DeleteRestApi", { restApiId });
  await cloud.settle();
  await expect(call("GetStage", { restApiId, stageName: "prod" })).rejects.toThrow(/^Invalid API identifier/);
  expect((await call("GetRestApis")).items).toEqual([]);
});

test("policies see HTTP's methods and paths", async () => {
  const asked: string[] = [];
  const guarded = await testCloud([apigateway], {
    authorize: ({ action, resource }) => {
      asked.push(`${action} ${resource}`);
    },
  });
  const { id } = await guarded.call("apigateway", "CreateRestApi", { name: "pets" });
  const stage = { restApiId: id, stageName: "prod", patchOperations: [] };
  await expect(guarded.call("apigateway", "UpdateStage", stage)).rejects.toThrow();
  expect(asked).toEqual([
    "apigateway:POST *",
    `apigateway:PATCH arn:aws:apigateway:us-east-1::/restapis/${id}/stages/prod`,
  ]);
  await guarded.stop();
});

test("what breaks the model is refused with the member within its operation's input", async () => {
  await expect(call("CreateRestApi")).rejects.toMatchObject({
    code: "ValidationException",
    message:
      "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
  });
});

test("an API of five hundred paths is imported, deployed and listed", async () => {
  const paths = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [
      `/area${at % 20}/thing${at}/{id}`,
      { get: { "x-amazon-apigateway-integration": { type: "mock" } } },
    ]),
  );
  const body = Buffer.from(JSON.stringify({ swagger: "2.0", info: { title: "big", version: "1" }, paths }));
  const { id } = await call("ImportRestApi", { body });
  await call("CreateDeployment", { restApiId: id, stageName: "prod" });
  const first = await call("GetResources", { restApiId: id, limit: 1000 });
  expect(first.items).toHaveLength(500);
  const second = await call("GetResources", { restApiId: id, limit: 1000, position: first.position });
  const third = await call("GetResources", { restApiId: id, limit: 1000, position: second.position });
  expect(second.items.length + third.items.length).toBe(521);
});
