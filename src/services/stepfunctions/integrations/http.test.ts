import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../core/http.ts";
import { WebError, type WebRequest, type WebResponse } from "../../../core/ports/web.ts";
import { defineService } from "../../../core/service.ts";
import type { Apigateway } from "../../../model/generated/apigateway.d.ts";
import { modelOf } from "../../../model/handle.ts";
import events from "../../events/index.ts";
import kms from "../../kms/index.ts";
import secretsmanager from "../../secretsmanager/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import type { Json } from "../asl/data/scope.ts";
import stepfunctions from "../index.ts";
import { integrationFor } from "./index.ts";
import { aimFor, roleArn, serviceContext } from "./test-aim.ts";

let cloud: TestCloud;
let asked: WebRequest[];
let answer: () => WebResponse;
const json = (status: number, body: unknown): WebResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(body)),
});

beforeEach(async () => {
  asked = [];
  called = [];
  answer = () => json(200, { ok: true });
  cloud = await testCloud([events, kms, secretsmanager, stepfunctions, apis], {
    web: async (request) => {
      asked.push(request);
      return answer();
    },
  });
});
afterEach(() => cloud.stop());

const run = (resource: string, input: Json): Promise<Json> =>
  integrationFor(resource)!.run(aimFor(resource, input), serviceContext(cloud));

/** Deployed APIs, of which the tests see what they were asked. */
let called: { readonly request: HttpRequest; readonly caller: string }[];
const apis = defineService<Apigateway>({
  model: modelOf<Apigateway>("apigateway"),
  resources: [],
  operations: {},
  endpoints: [
    {
      paths: ["/_execute-api/{apiId}"],
      handle: async (request, _labels, _ctx, identify) => {
        const caller = await identify("execute-api").then(
          ({ arn }) => arn,
          () => "nobody",
        );
        called.push({ request, caller });
        return answer();
      },
    },
  ],
});

describe("http:invoke", () => {
  const resource = "arn:aws:states:::http:invoke";
  const connection = async (): Promise<string> => {
    const { ConnectionArn } = await cloud.call("events", "CreateConnection", {
      Name: "c",
      AuthorizationType: "API_KEY",
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hush" },
        InvocationHttpParameters: { QueryStringParameters: [{ Key: "from", Value: "connection" }] },
      },
    });
    await cloud.settle();
    return ConnectionArn;
  };

  it("sends with the connection's credentials, and gives status, headers and body", async () => {
    const ConnectionArn = await connection();
    const output = await run(resource, {
      ApiEndpoint: "https://api.example.com/orders",
      Method: "POST",
      Authentication: { ConnectionArn },
      Headers: { "X-Trace": "1" },
      QueryParameters: { a: ["x", "y"], from: "task" },
      RequestBody: { id: 7 },
    });
    expect(output).toEqual({
      Headers: { "content-type": ["application/json"] },
      ResponseBody: { ok: true },
      StatusCode: 200,
      StatusText: "OK",
    });
    expect(asked).toEqual([
      expect.objectContaining({
        method: "POST",
        url: "https://api.example.com/orders?a=x&a=y&from=connection",
        body: '{"id":7}',
        headers: expect.objectContaining({
          "x-key": "hush",
          "x-trace": "1",
          "content-type": "application/json",
          "user-agent": "Amazon|StepFunctions|HttpInvoke|us-east-1",
        }),
      }),
    ]);
  });

  it.each([
    [undefined, "id=7&tags%5B0%5D=a&tags%5B1%5D=b"],
    ["BRACKETS", "id=7&tags%5B%5D=a&tags%5B%5D=b"],
    ["REPEAT", "id=7&tags=a&tags=b"],
    ["COMMAS", "id=7&tags=a%2Cb"],
  ])("encodes a form with lists as %s", async (ArrayFormat, body) => {
    await run(resource, {
      ApiEndpoint: "https://api.example.com",
      Method: "POST",
      Authentication: { ConnectionArn: await connection() },
      RequestBody: { id: 7, tags: ["a", "b"] },
      Transform: {
        RequestBodyEncoding: "URL_ENCODED",
        ...(ArrayFormat === undefined ? {} : { RequestEncodingOptions: { ArrayFormat } }),
      },
    });
    expect(asked[0]).toMatchObject({
      body,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  });

  it.each([false, true])(
    "shows who tries the state what was sent, secrets too when revealed: %s",
    async (revealSecrets) => {
      const { inspectionData } = await cloud.call("stepfunctions", "TestState", {
        definition: JSON.stringify({
          Type: "Task",
          Resource: resource,
          Parameters: {
            ApiEndpoint: "https://api.example.com/orders",
            Method: "GET",
            Authentication: { ConnectionArn: await connection() },
          },
          End: true,
        }),
        roleArn,
        inspectionLevel: "TRACE",
        revealSecrets,
      });
      const { request, response } = inspectionData;
      expect(response).toMatchObject({ statusCode: "200", body: '{"ok":true}' });
      expect(request.url.endsWith("?from=connection")).toBe(revealSecrets);
      expect(JSON.parse(request.headers)["x-key"]).toBe(revealSecrets ? "hush" : undefined);
    },
  );

  it("fails by the status, or where no answer came", async () => {
    const input = {
      ApiEndpoint: "https://x.example.com",
      Method: "GET",
      Authentication: { ConnectionArn: await connection() },
    };
    answer = () => json(404, { error: "gone" });
    await expect(run(resource, input)).rejects.toMatchObject({
      error: "States.Http.StatusCode.404",
      cause: '{"error":"gone"}',
    });
    answer = () => {
      throw new WebError("timeout", "No answer within a minute.");
    };
    await expect(run(resource, input)).rejects.toMatchObject({ error: "States.Http.Socket" });
  });

  it("fails without a connection of its own account", async () => {
    const of = (account: string): Json => ({
      ApiEndpoint: "https://x.example.com",
      Method: "GET",
      Authentication: { ConnectionArn: `arn:aws:events:us-east-1:${account}:connection/none/1` },
    });
    await expect(run(resource, of("000000000000"))).rejects.toMatchObject({
      error: "Events.ResourceNotFoundException",
    });
    await expect(run(resource, of("111111111111"))).rejects.toMatchObject({
      error: "Events.AccessDeniedException",
    });
    expect(asked).toEqual([]);
  });
});

describe("apigateway:invoke", () => {
  const resource = "arn:aws:states:::apigateway:invoke";
  const input = {
    ApiEndpoint: "abc.execute-api.us-east-1.amazonaws.com",
    Method: "PUT",
    Stage: "prod",
    Path: "/pets",
  };

  it("asks the API's stage and gives its answer", async () => {
    const output = await run(resource, { ...input, QueryParameters: { a: "1" }, RequestBody: { b: 2 } });
    expect(output).toMatchObject({ ResponseBody: { ok: true }, StatusCode: 200, StatusText: "OK" });
    expect(called).toMatchObject([
      {
        request: {
          method: "PUT",
          path: "/_execute-api/abc/prod/pets",
          query: "a=1",
          body: Buffer.from('{"b":2}'),
        },
        caller: "nobody",
      },
    ]);
  });

  it("asks as the state machine's role, or as the service for it", async () => {
    await run(resource, { ...input, AuthType: "IAM_ROLE" });
    await run(resource, { ...input, AuthType: "RESOURCE_POLICY" });
    expect(called.map(({ caller }) => caller)).toEqual([
      expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\//),
      "states.amazonaws.com",
    ]);
  });

  it("fails by the status", async () => {
    answer = () => json(403, {});
    await expect(run(resource, input)).rejects.toMatchObject({ error: "ApiGateway.403" });
  });
});
