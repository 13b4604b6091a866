import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ApiCloud, apiCloud, mock } from "./testing/deployed.ts";

let cloud: ApiCloud;
beforeEach(async () => {
  cloud = await apiCloud();
});
afterEach(() => cloud.stop());

test("a method answers by its template, with the request's parameters and body", async () => {
  const template = `#set($in = $input.path('$'))
{"id": "$input.params('id')", "q": "$input.params('q')", "h": "$input.params('X-Test')", "none": "$input.params('no')",
 "stage": "$context.stage", "path": "$context.resourcePath", "caller": "$context.identity.caller", "v": "$stageVariables.colour"}`;
  await cloud.deploy({
    methods: { "GET /pets/{id}": mock(template) },
    stage: { variables: { colour: "red" } },
  });
  const { status, headers, json } = await cloud.ask("/pets/7", {
    query: "q=a%20b&q=c",
    headers: { "X-Test": "t" },
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    id: "7",
    q: "c",
    h: "t",
    none: "",
    stage: "prod",
    path: "/pets/{id}",
    caller: "",
    v: "red",
  });
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-amzn-requestid": "11111111-2222-3333-4444-555555555555",
  });
  expect(headers["x-amz-apigw-id"]).toMatch(/^[\w-]{14,15}=$/);
});

describe("routes", () => {
  test.each([
    ["GET", "/", "root"],
    ["GET", "/pets", "static"],
    ["GET", "/pets/", "static"],
    ["GET", "/pets/1", "parameter 1"],
    ["GET", "/pets/new", "new"],
    ["GET", "/pets/1/toys/2", "greedy pets/1/toys/2"],
    ["POST", "/pets/new/x", "greedy pets/new/x"],
    ["GET", "/other", "greedy other"],
  ])("%s %s", async (method, path, expected) => {
    await cloud.deploy({
      methods: {
        "GET /": mock("root"),
        "GET /pets": mock("static"),
        "GET /pets/{id}": mock("parameter $input.params('id')"),
        "GET /pets/new": mock("new"),
        "ANY /{proxy+}": mock("greedy $input.params('proxy')"),
      },
    });
    expect((await cloud.ask(path, { method })).text).toBe(expected);
  });

  test("what there is no method for lacks a token, as AWS says", async () => {
    await cloud.deploy({ methods: { "GET /pets": mock("x") } });
    for (const [method, path] of [
      ["POST", "/pets"],
      ["GET", "/none"],
    ] as const) {
      const { status, headers, text } = await cloud.ask(path, { method });
      expect([status, text, headers["x-amzn-errortype"]]).toEqual([
        403,
        '{"message":"Missing Authentication Token"}',
        "MissingAuthenticationTokenException",
      ]);
    }
  });

  test("another stage is forbidden", async () => {
    await cloud.deploy({ methods: { "GET /pets": mock("x") }, stage: { stageName: "dev" } });
    expect(await cloud.ask("/pets")).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
  });
});

test("the request's template names the status, and a pattern chooses the response", async () => {
  await cloud.deploy({
    methods: {
      "GET /{code}": {
        methodIntegration: {
          type: "MOCK",
          requestTemplates: { "application/json": "{statusCode: $input.params('code')}" },
          integrationResponses: {
            "200": { statusCode: "200", responseTemplates: { "application/json": "fine" } },
            "404": {
              statusCode: "404",
              selectionPattern: "4\\d{2}",
              responseParameters: { "method.response.header.X-Why": "'gone'" },
              responseTemplates: { "text/plain": "not here" },
            },
          },
        },
      },
    },
  });
  expect(await cloud.ask("/200")).toMatchObject({ status: 200, text: "fine" });
  const missing = await cloud.ask("/410");
  expect(missing).toMatchObject({ status: 404, text: "not here" });
  expect(missing.headers).toMatchObject({ "x-why": "gone", "content-type": "text/plain" });
  expect(await cloud.ask("/none")).toMatchObject({
    status: 500,
    text: '{"message": "Internal server error"}',
  });
});

test("a template may override status and headers of the response", async () => {
  const template = `#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Tea = "pot")x`;
  await cloud.deploy({ methods: { "GET /": mock(template) } });
  const { status, headers } = await cloud.ask("/");
  expect([status, headers["x-tea"]]).toEqual([418, "pot"]);
});

test.each([
  ["WHEN_NO_MATCH", "text/plain", 200],
  ["WHEN_NO_TEMPLATES", "text/plain", 415],
  ["NEVER", "text/plain", 415],
  ["NEVER", "application/json; charset=utf-8", 200],
])("%s with %s answers %i", async (passthroughBehavior, type, status) => {
  const { methodIntegration } = mock("ok");
  await cloud.deploy({
    methods: { "POST /": { methodIntegration: { ...methodIntegration, passthroughBehavior } } },
  });
  const asked = { method: "POST", headers: { "Content-Type": type }, body: '{"statusCode": 200}' };
  const answer = await cloud.ask("/", asked);
  expect(answer.status).toBe(status);
  if (status === 415) expect(answer.text).toBe('{"message":"Unsupported Media Type"}');
});

test("a body that is no JSON is refused where the template looks into it", async () => {
  const { methodIntegration } = mock("ok");
  const requestTemplates = { "application/json": `{"statusCode": 200, "x": $input.json('$.a')}` };
  await cloud.deploy({
    methods: { "POST /": { methodIntegration: { ...methodIntegration, requestTemplates } } },
  });
  const { status, json } = await cloud.ask("/", { method: "POST", body: "{no" });
  expect(status).toBe(400);
  expect(json.message).toMatch(/^Could not parse request body into json: /);
});

test("a body is handed on with all its digits", async () => {
  const requestTemplates = {
    "application/json":
      "#set($context.requestOverride.path.b = $input.json(\"$\"))#set($context.requestOverride.path.p = \"$input.path('$.none')<$input.json('$.none')>$input.params('none')\"){\"statusCode\": 200}",
  };
  const { methodIntegration } = mock("$context.requestOverride.path.b $context.requestOverride.path.p");
  await cloud.deploy({
    methods: { "POST /": { methodIntegration: { ...methodIntegration, requestTemplates } } },
  });
  const ask = async (body: string) => (await cloud.ask("/", { method: "POST", body })).text;
  expect(await ask('{ "id": 12345678901234567890,\n "a b": [1.0, "x \\" y"] }')).toBe(
    '{"id":12345678901234567890,"a b":[1.0,"x \\" y"]} <"">',
  );
  expect(await ask("")).toBe('{} <"">');
});

test("what a client sends does not break out of a header", async () => {
  const { methodIntegration } = mock("ok");
  const responseParameters = { "method.response.header.X-Echo": "stageVariables.echo" };
  const integrationResponses = { "200": { statusCode: "200", responseParameters } };
  await cloud.deploy({
    methods: { "GET /": { methodIntegration: { ...methodIntegration, integrationResponses } } },
    stage: { variables: { echo: "a\r\nSet-Cookie: x=1 é" } },
  });
  const { headers } = await cloud.ask("/");
  expect(headers["x-echo"]).toBe("a Set-Cookie: x=1 Ã©");
  expect(headers["set-cookie"]).toBeUndefined();
});

test("a gateway response takes the form that the owner gave it", async () => {
  await cloud.deploy({
    methods: { "GET /pets": mock("x") },
    snapshot: {
      gatewayResponses: [
        {
          apiId: "abc1234567",
          responseType: "DEFAULT_4XX",
          statusCode: "404",
          responseParameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Path": "context.path",
          },
          responseTemplates: {
            "application/json": '{"error":$context.error.messageString,"type":"$context.error.responseType"}',
          },
        },
      ],
    },
  });
  const { status, headers, json } = await cloud.ask("/none");
  expect(status).toBe(404);
  expect(json).toEqual({ error: "Missing Authentication Token", type: "MISSING_AUTHENTICATION_TOKEN" });
  expect(headers).toMatchObject({ "access-control-allow-origin": "*", "x-path": "/prod/none" });
});

test("a body of more than 10 MB is too long", async () => {
  await cloud.deploy({ methods: { "POST /": mock("x") } });
  const { status, text } = await cloud.ask("/", { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  expect([status, text]).toEqual([413, '{"message":"Request Too Long"}']);
});

test("a template may go through all parameters, as the console's own does", async () => {
  const template = `#set($all = $input.params())
{#foreach($type in $all.keySet())#set($params = $all.get($type))
"$type": {#foreach($name in $params.keySet())"$name": "$util.escapeJavaScript($params.get($name))"#if($foreach.hasNext),#end#end}#if($foreach.hasNext),#end
#end,
"none": "$context.identity.cognitoIdentityId$input.params('no')$none.at.all", "encoded": "$util.urlEncode('a b&c')$util.base64Encode('x')"}`;
  await cloud.deploy({ methods: { "GET /{id}": mock(template) } });
  const { json } = await cloud.ask("/7", { query: "q=%22x%22&r=1", headers: { "X-A": "1" } });
  expect(json).toEqual({
    path: { id: "7" },
    querystring: { q: '"x"', r: "1" },
    header: { host: "abc1234567.execute-api.us-east-1.localhost:4566", "X-A": "1" },
    none: "",
    encoded: "a+b%26ceA==",
  });
});
