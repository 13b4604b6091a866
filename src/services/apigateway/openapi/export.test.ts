// Exports: what AWS's documents look like, and that an exported API, imported
// again, is the same.

import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import apigateway from "../index.ts";

let cloud: TestCloud;
let restApiId: string;

const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);

const lambda =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";

const source = {
  swagger: "2.0",
  info: { title: "pets", version: "1.0" },
  securityDefinitions: {
    api_key: { type: "apiKey", name: "x-api-key", in: "header" },
    asked: {
      type: "apiKey",
      name: "Unused",
      in: "header",
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": {
        type: "request",
        authorizerUri: lambda,
        identitySource: "method.request.header.A, method.request.querystring.b",
        authorizerResultTtlInSeconds: 0,
      },
    },
  },
  "x-amazon-apigateway-request-validators": {
    all: { validateRequestBody: true, validateRequestParameters: false },
  },
  "x-amazon-apigateway-binary-media-types": ["image/png"],
  "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] },
  "x-amazon-apigateway-gateway-responses": { DEFAULT_5XX: { statusCode: 599 } },
  definitions: {
    Pet: { type: "object", properties: { owner: { $ref: "#/definitions/Owner" } } },
    Owner: { type: "object" },
  },
  paths: {
    "/pets/{id}": {
      put: {
        operationId: "putPet",
        consumes: ["application/json"],
        produces: ["application/json"],
        security: [{ asked: [] }, { api_key: [] }],
        parameters: [
          { name: "id", in: "path", required: true, type: "string" },
          { name: "Pet", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } },
        ],
        responses: {
          200: {
            description: "200 response",
            schema: { $ref: "#/definitions/Pet" },
            headers: { "X-A": { type: "string" } },
          },
        },
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-integration": {
          type: "aws",
          httpMethod: "POST",
          uri: lambda,
          requestTemplates: { "application/json": "{}" },
          passthroughBehavior: "never",
          timeoutInMillis: 1000,
          responses: { default: { statusCode: "200" }, "4..": { statusCode: "400" } },
        },
      },
    },
    "/": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": { type: "mock" } } },
  },
};

async function deployed(document: object): Promise<string> {
  const { id } = await call("ImportRestApi", { body: Buffer.from(JSON.stringify(document)) });
  await call("CreateDeployment", { restApiId: id, stageName: "prod" });
  return id;
}

async function exported(apiId: string, exportType: string, extensions?: string, accepts?: string) {
  const { body } = await call("GetExport", {
    restApiId: apiId,
    stageName: "prod",
    exportType,
    parameters: extensions === undefined ? {} : { extensions },
    accepts,
  });
  return parse(Buffer.from(body).toString("utf8"));
}

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
  restApiId = await deployed(source);
});
afterEach(() => cloud.stop());

test("a document of version 2 names host, stage, schemas and security", async () => {
  const document = await exported(restApiId, "swagger");
  expect(document).toMatchObject({
    swagger: "2.0",
    info: { title: "pets", version: "1.0" },
    host: `${restApiId}.execute-api.us-east-1.amazonaws.com`,
    basePath: "/prod",
    schemes: ["https"],
    definitions: { Pet: { properties: { owner: { $ref: "#/definitions/Owner" } } } },
    securityDefinitions: { asked: { type: "apiKey", name: "Unused", in: "header" } },
  });
  const { operationId, parameters, responses, security } = document.paths["/pets/{id}"].put;
  const wanted = source.paths["/pets/{id}"].put;
  expect({ operationId, parameters, responses, security }).toEqual({
    operationId: "putPet",
    parameters: wanted.parameters,
    responses: wanted.responses,
    security: wanted.security,
  });
  expect(JSON.stringify(document)).not.toContain("x-amazon-apigateway-integration");
});

test("extensions are written as asked for", async () => {
  const integrations = await exported(restApiId, "swagger", "integrations");
  expect(integrations.paths["/pets/{id}"].put["x-amazon-apigateway-integration"]).toEqual(
    source.paths["/pets/{id}"].put["x-amazon-apigateway-integration"],
  );
  expect(JSON.stringify(integrations)).not.toContain("x-amazon-apigateway-authorizer");
  const authorizers = await exported(restApiId, "swagger", "authorizers");
  expect(authorizers.securityDefinitions.asked).toEqual(source.securityDefinitions.asked);
  const everything = await exported(restApiId, "oas30", "apigateway", "application/yaml");
  expect(everything).toMatchObject({
    openapi: "3.0.1",
    servers: [{ variables: { basePath: { default: "prod" } } }],
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-policy": { Version: "2012-10-17" },
    "x-amazon-apigateway-gateway-responses": { DEFAULT_5XX: { statusCode: "599" } },
  });
  await expect(call("GetExport", { restApiId, stageName: "prod", exportType: "raml" })).rejects.toThrow(
    "No API exporter found for type 'raml'",
  );
});

test.each(["swagger", "oas30"])("an API exported as %s and imported again is the same", async (type) => {
  const first = await exported(restApiId, type, "apigateway");
  const again = await exported(await deployed(first), type, "apigateway");
  const bare = ({ host: _host, servers: _servers, ...rest }: Record<string, unknown>) => rest;
  expect(bare(again)).toEqual(bare(first));
});

test("what is said of an API becomes documentation, and is said again by its version", async () => {
  const put = source.paths["/pets/{id}"].put;
  const said = {
    ...source,
    info: { ...source.info, description: "All pets" },
    paths: {
      "/pets/{id}": {
        put: {
          ...put,
          summary: "Puts a pet",
          parameters: [{ ...put.parameters[0], description: "Which pet" }, put.parameters[1]],
          responses: { 200: { ...put.responses[200], description: "The pet" } },
        },
      },
    },
  };
  const { id } = await call("ImportRestApi", { body: Buffer.from(JSON.stringify(said)) });
  const { items } = await call("GetDocumentationParts", { restApiId: id });
  expect(items.map(({ location }: { location: { type: string } }) => location.type).sort()).toEqual([
    "API",
    "METHOD",
    "PATH_PARAMETER",
    "RESPONSE",
  ]);
  await call("CreateDeployment", { restApiId: id, stageName: "prod" });
  await call("CreateDocumentationVersion", { restApiId: id, stageName: "prod", documentationVersion: "1" });
  for (const type of ["swagger", "oas30"]) {
    const document = await exported(id, type, "documentation");
    expect(document.info.description).toBe("All pets");
    expect(document.paths["/pets/{id}"].put).toMatchObject({
      summary: "Puts a pet",
      parameters: expect.arrayContaining([expect.objectContaining({ description: "Which pet" })]),
      responses: { 200: { description: "The pet" } },
    });
  }
  const ignored = await call("ImportRestApi", {
    body: Buffer.from(JSON.stringify(said)),
    parameters: { ignore: "documentation" },
  });
  expect((await call("GetDocumentationParts", { restApiId: ignored.id })).items).toEqual([]);
});
