// OpenAPI documents as REST APIs: versions 2 and 3, JSON and YAML, merged and
// put in place.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import apigateway from "../index.ts";

let cloud: TestCloud;

const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);
const bytes = (document: object | string) =>
  Buffer.from(typeof document === "string" ? document : JSON.stringify(document));

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
});
afterEach(() => cloud.stop());

const lambda = (name: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;

const pets = {
  swagger: "2.0",
  info: { title: "pets", version: "1.0", description: "All pets" },
  basePath: "/v1/animals",
  securityDefinitions: {
    api_key: { type: "apiKey", name: "x-api-key", in: "header" },
    iam: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
    token: {
      type: "apiKey",
      name: "X-Token",
      in: "header",
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": {
        type: "token",
        authorizerUri: lambda("auth"),
        authorizerResultTtlInSeconds: 60,
      },
    },
  },
  "x-amazon-apigateway-request-validators": {
    all: { validateRequestBody: true, validateRequestParameters: true },
  },
  "x-amazon-apigateway-request-validator": "all",
  "x-amazon-apigateway-binary-media-types": ["image/png"],
  "x-amazon-apigateway-minimum-compression-size": 1024,
  "x-amazon-apigateway-gateway-responses": {
    DEFAULT_4XX: { responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } },
  },
  definitions: {
    Pet: { type: "object", properties: { name: { type: "string" }, owner: { $ref: "#/definitions/Owner" } } },
    Owner: { type: "object" },
  },
  paths: {
    "/pets/{id}": {
      parameters: [{ name: "id", in: "path", required: true, type: "string" }],
      get: {
        operationId: "getPet",
        security: [{ token: [] }],
        parameters: [{ name: "full", in: "query", type: "boolean" }],
        responses: {
          200: {
            description: "A pet",
            schema: { $ref: "#/definitions/Pet" },
            headers: { "X-Age": { type: "integer" } },
          },
        },
        "x-amazon-apigateway-integration": {
          type: "aws",
          httpMethod: "POST",
          uri: lambda("get"),
          passthroughBehavior: "when_no_templates",
          responses: {
            default: { statusCode: "200", responseParameters: { "method.response.header.X-Age": "'1'" } },
            ".*missing.*": { statusCode: "404" },
          },
        },
      },
      put: {
        security: [{ iam: [] }, { api_key: [] }],
        parameters: [{ name: "body", in: "body", schema: { $ref: "#/definitions/Pet" } }],
        responses: {},
        "x-amazon-apigateway-integration": { type: "mock" },
      },
    },
    "/{proxy+}": {
      "x-amazon-apigateway-any-method": {
        "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri: lambda("all") },
      },
    },
  },
};

async function methodOf(restApiId: string, path: string, httpMethod: string) {
  const { items } = await call("GetResources", { restApiId, embed: ["methods"] });
  const resource = items.find((each: { path: string }) => each.path === path);
  return resource?.resourceMethods?.[httpMethod];
}

test("a document of version 2 becomes an API with all that its extensions say", async () => {
  const api = await call("ImportRestApi", {
    body: bytes(pets),
    parameters: { endpointConfigurationTypes: "REGIONAL" },
  });
  expect(api).toMatchObject({
    name: "pets",
    description: "All pets",
    version: "1.0",
    binaryMediaTypes: ["image/png"],
    minimumCompressionSize: 1024,
    endpointConfiguration: { types: ["REGIONAL"] },
  });
  expect(api).not.toHaveProperty("warnings");
  const [authorizer] = (await call("GetAuthorizers", { restApiId: api.id })).items;
  expect(authorizer).toMatchObject({
    name: "token",
    type: "TOKEN",
    identitySource: "method.request.header.X-Token",
    authorizerResultTtlInSeconds: 60,
  });
  const [validator] = (await call("GetRequestValidators", { restApiId: api.id })).items;
  expect(await methodOf(api.id, "/pets/{id}", "GET")).toMatchObject({
    authorizationType: "CUSTOM",
    authorizerId: authorizer.id,
    operationName: "getPet",
    requestValidatorId: validator.id,
    requestParameters: { "method.request.path.id": true, "method.request.querystring.full": false },
    methodResponses: {
      200: {
        responseModels: { "application/json": "Pet" },
        responseParameters: { "method.response.header.X-Age": false },
      },
    },
    methodIntegration: {
      type: "AWS",
      passthroughBehavior: "WHEN_NO_TEMPLATES",
      integrationResponses: {
        200: { statusCode: "200" },
        404: { statusCode: "404", selectionPattern: ".*missing.*" },
      },
    },
  });
  expect(await methodOf(api.id, "/pets/{id}", "PUT")).toMatchObject({
    authorizationType: "AWS_IAM",
    apiKeyRequired: true,
    requestModels: { "application/json": "Pet" },
  });
  expect(await methodOf(api.id, "/{proxy+}", "ANY")).toMatchObject({
    methodIntegration: { type: "AWS_PROXY", httpMethod: "POST" },
  });
  const model = await call("GetModel", { restApiId: api.id, modelName: "Pet" });
  expect(JSON.parse(model.schema).properties.owner.$ref).toBe(
    `https://apigateway.amazonaws.com/restapis/${api.id}/models/Owner`,
  );
  const flat = await call("GetModel", { restApiId: api.id, modelName: "Pet", flatten: true });
  expect(JSON.parse(flat.schema)).toMatchObject({
    properties: { owner: { $ref: "#/definitions/Owner" } },
    definitions: { Owner: { type: "object" } },
  });
  const response = await call("GetGatewayResponse", { restApiId: api.id, responseType: "DEFAULT_4XX" });
  expect(response).toMatchObject({ defaultResponse: false });
  await call("CreateDeployment", { restApiId: api.id, stageName: "prod" });
});

test.each([
  [undefined, "/pets/{id}"],
  ["ignore", "/pets/{id}"],
  ["prepend", "/v1/animals/pets/{id}"],
  ["split", "/animals/pets/{id}"],
])("the base path is treated as asked for: %s", async (basepath, path) => {
  const api = await call("ImportRestApi", { body: bytes(pets), parameters: basepath ? { basepath } : {} });
  expect(await methodOf(api.id, path, "GET")).toBeDefined();
});

test("a document of version 3 in YAML has its content types, components and servers", async () => {
  const api = await call("ImportRestApi", {
    body: bytes(`
openapi: 3.0.1
info: { title: shop, version: "2" }
servers:
  - url: https://example.com/{basePath}
    variables: { basePath: { default: /v2 } }
paths:
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Order" }
      responses:
        "201":
          description: made
          content:
            application/json:
              schema: { type: object, properties: { id: { type: string } } }
        default: { description: other }
      x-amazon-apigateway-integration:
        type: http
        httpMethod: POST
        uri: https://example.com/orders
components:
  schemas:
    Order: { type: object }
`),
    parameters: { basepath: "prepend" },
  });
  const method = await methodOf(api.id, "/v2/orders", "POST");
  expect(method.requestModels).toEqual({ "application/json": "Order" });
  expect(method.methodResponses["201"].responseModels["application/json"]).toMatch(/^MODEL[0-9a-f]{6}$/);
  expect(method.methodIntegration).toMatchObject({ type: "HTTP", connectionType: "INTERNET" });
  expect(api.warnings).toHaveLength(1);
});

test("warnings fail an import that asks for it, and errors fail every one, all told at once", async () => {
  const document = (integration: object) => ({
    swagger: "2.0",
    info: { title: "x", version: "1" },
    paths: {
      "/": {
        get: { responses: { default: {} }, "x-amazon-apigateway-integration": integration },
        post: { "x-amazon-apigateway-integration": { type: "http", httpMethod: "GET", uri: "nowhere" } },
      },
    },
  });
  await expect(
    call("ImportRestApi", { body: bytes(document({ type: "mock" })), failOnWarnings: true }),
  ).rejects.toThrow(/^Warnings found during import:/);
  await expect(call("ImportRestApi", { body: bytes(document({ type: "http" })) })).rejects.toThrow(
    "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/': Enumeration value for HttpMethod must be non-empty\n\tUnable to put integration on 'POST' for resource at path '/': Invalid HTTP endpoint specified for URI",
  );
  expect((await call("GetRestApis")).items).toEqual([]);
  await expect(call("ImportRestApi", { body: bytes("not: [an api") })).rejects.toMatchObject({
    code: "BadRequestException",
  });
});

test("put merges what is there, or takes its place", async () => {
  const { id: restApiId } = await call("ImportRestApi", { body: bytes(pets) });
  const before = (await call("GetResources", { restApiId })).items;
  const other = {
    swagger: "2.0",
    info: { title: "pets", version: "2" },
    paths: { "/pets/{id}": { delete: { "x-amazon-apigateway-integration": { type: "mock" } } } },
  };
  await call("PutRestApi", { restApiId, mode: "merge", body: bytes(other) });
  expect(await methodOf(restApiId, "/pets/{id}", "GET")).toBeDefined();
  expect(await methodOf(restApiId, "/pets/{id}", "DELETE")).toBeDefined();
  const api = await call("PutRestApi", { restApiId, mode: "overwrite", body: bytes(other) });
  expect(api.binaryMediaTypes).toBeUndefined();
  const after = (await call("GetResources", { restApiId })).items;
  expect(after.map(({ path }: { path: string }) => path).sort()).toEqual(["/", "/pets", "/pets/{id}"]);
  const idOf = (items: { path: string; id: string }[], path: string) =>
    items.find((each) => each.path === path)?.id;
  expect(idOf(after, "/pets/{id}")).toBe(idOf(before, "/pets/{id}"));
  expect(await methodOf(restApiId, "/pets/{id}", "GET")).toBeUndefined();
  expect((await call("GetAuthorizers", { restApiId })).items).toEqual([]);
  expect((await call("GetModels", { restApiId })).items).toEqual([]);
});

test("documentation parts are imported, and kept by version", async () => {
  const { id: restApiId } = await call("CreateRestApi", { name: "docs" });
  const body = bytes({
    swagger: "2.0",
    info: { title: "docs", version: "1" },
    paths: {},
    "x-amazon-apigateway-documentation": {
      documentationParts: [
        { location: { type: "API" }, properties: { info: { description: "One" } } },
        { location: { type: "METHOD", path: "/pets", method: "GET" }, properties: { summary: "Two" } },
      ],
    },
  });
  const { ids } = await call("ImportDocumentationParts", { restApiId, body });
  expect(ids).toHaveLength(2);
  await call("CreateDocumentationVersion", { restApiId, documentationVersion: "1" });
  const parts = await call("GetDocumentationParts", { restApiId, type: "METHOD" });
  expect(parts.items).toMatchObject([{ properties: '{"summary":"Two"}' }]);
  await expect(
    call("CreateDocumentationPart", { restApiId, location: { type: "API" }, properties: "{}" }),
  ).rejects.toMatchObject({ code: "ConflictException" });
});
