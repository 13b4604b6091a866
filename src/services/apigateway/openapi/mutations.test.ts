// Documents that went wrong somewhere: each is imported, or refused with a
// fault; none is an accident, and what was imported can be exported again.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import { testCloud } from "../../test-cloud.ts";
import apigateway from "../index.ts";

const integration = {
  type: "aws",
  httpMethod: "POST",
  uri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/q",
  requestParameters: { "integration.request.header.X": "'1'" },
  responses: { default: { statusCode: "200", responseTemplates: { "application/json": "{}" } } },
};

const operation = {
  parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
  requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } },
  responses: { "200": { description: "ok", headers: { A: { schema: {} } }, content: {} } },
  security: [{ auth: [] }],
  "x-amazon-apigateway-request-validator": "all",
  "x-amazon-apigateway-integration": integration,
};

const document = {
  openapi: "3.0.1",
  info: { title: "pets", version: "1" },
  servers: [{ url: "https://x/{basePath}", variables: { basePath: { default: "v1" } } }],
  paths: { "/pets/{id}": { get: operation, "x-amazon-apigateway-any-method": operation } },
  components: {
    schemas: { Pet: { type: "object", properties: { self: { $ref: "#/components/schemas/Pet" } } } },
    securitySchemes: {
      auth: {
        type: "apiKey",
        name: "A",
        in: "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
          type: "token",
          authorizerUri: "arn:aws:apigateway:us-east-1:lambda:path/f",
        },
      },
    },
  },
  "x-amazon-apigateway-request-validators": { all: { validateRequestBody: true } },
  "x-amazon-apigateway-gateway-responses": { THROTTLED: { statusCode: 429, responseTemplates: { a: "b" } } },
  "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] },
  "x-amazon-apigateway-documentation": {
    version: "1",
    documentationParts: [{ location: { type: "API" }, properties: { a: 1 } }],
  },
};

type Node = Record<string, unknown>;

/** Every place in the document, as the keys that lead to it. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]))];
}

function changed(place: readonly string[], value: unknown): unknown {
  const copy = structuredClone(document) as Node;
  let at = copy;
  for (const key of place.slice(0, -1)) at = at[key] as Node;
  at[place.at(-1)!] = value;
  return copy;
}

const places = placesOf(document).filter((place) => place.length > 0);

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, "", "/", "{", [], {}, [null], { $ref: "#/paths" }, { a: null }, -1, true),
);

test("a document that is changed anywhere is imported or refused", async () => {
  const cloud = await testCloud([apigateway]);
  const call = (name: string, input: object) => cloud.call("apigateway", name, input);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), values, async (place, value) => {
      const body = Buffer.from(JSON.stringify(changed(place, value)));
      try {
        const { id: restApiId } = await call("ImportRestApi", { body, parameters: { basepath: "split" } });
        await call("CreateDeployment", { restApiId, stageName: "s" });
        const parameters = { extensions: "apigateway" };
        await call("GetExport", { restApiId, stageName: "s", exportType: "swagger", parameters });
        await call("GetModelTemplate", { restApiId, modelName: "Pet" });
      } catch (error) {
        if (!(error instanceof Fault) || error.code === "InternalFailure") throw error;
      }
    }),
    { numRuns: 100 },
  );
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

test("what is nested without end is refused", async () => {
  const cloud = await testCloud([apigateway]);
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const body = Buffer.from(
    `{"swagger":"2.0","info":{"title":"x"},"paths":{},"definitions":${deep(100_000)}}`,
  );
  await expect(cloud.call("apigateway", "ImportRestApi", { body })).rejects.toThrow("Invalid OpenAPI input.");
  const { id: restApiId } = await cloud.call("apigateway", "CreateRestApi", { name: "x" });
  const model = { restApiId, name: "Deep", contentType: "application/json", schema: deep(10_000) };
  await expect(cloud.call("apigateway", "CreateModel", model)).rejects.toMatchObject({
    code: "BadRequestException",
  });
  await cloud.stop();
});
