import { afterEach, describe, expect, test } from "vitest";
import type { Integration } from "../../../model/generated/apigateway.d.ts";
import { type ApiCloud, type Asked, apiCloud, type Told } from "./testing/deployed.ts";
import { type FakeFunction, fakeLambda, functionArn, functionUri } from "./testing/fake-lambda.ts";

let cloud: ApiCloud;
afterEach(() => cloud.stop());

async function through(
  run: FakeFunction,
  path: string,
  asked: Asked & { readonly integration?: Partial<Integration>; readonly binary?: readonly string[] } = {},
): Promise<Told> {
  cloud = await apiCloud([fakeLambda(run)]);
  await cloud.deploy({
    methods: {
      "ANY /{proxy+}": {
        methodIntegration: { type: "AWS_PROXY", httpMethod: "POST", uri: functionUri, ...asked.integration },
      },
    },
    stage: { variables: { fn: functionArn } },
    ...(asked.binary === undefined ? {} : { api: { binaryMediaTypes: asked.binary } }),
  });
  return cloud.ask(path, asked);
}

describe("AWS_PROXY", () => {
  test("hands over the request in payload format 1.0", async () => {
    // biome-ignore lint/suspicious/noExplicitAny: an event is whatever it is.
    let event: any;
    await through(
      (given) => {
        event = given;
        return { statusCode: 200 };
      },
      "/a/b%20c",
      {
        method: "POST",
        query: "x=1&x=2&y=%C3%A9",
        headers: { "User-Agent": "tester", "X-Many": ["1", "2"], "X-Amzn-Trace-Id": "Root=1-2-3" },
        body: "hello",
      },
    );
    const host = "abc1234567.execute-api.us-east-1.localhost";
    expect(event).toEqual({
      resource: "/{proxy+}",
      path: "/a/b%20c",
      httpMethod: "POST",
      headers: {
        host: `${host}:4566`,
        "User-Agent": "tester",
        "X-Many": "2",
        "X-Amzn-Trace-Id": "Root=1-2-3",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "4566",
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: {
        host: [`${host}:4566`],
        "User-Agent": ["tester"],
        "X-Many": ["1", "2"],
        "X-Amzn-Trace-Id": ["Root=1-2-3"],
        "X-Forwarded-For": ["127.0.0.1"],
        "X-Forwarded-Port": ["4566"],
        "X-Forwarded-Proto": ["http"],
      },
      queryStringParameters: { x: "2", y: "é" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["é"] },
      pathParameters: { proxy: "a/b%20c" },
      stageVariables: { fn: functionArn },
      requestContext: {
        resourceId: "r0",
        resourcePath: "/{proxy+}",
        httpMethod: "POST",
        extendedRequestId: expect.stringMatching(/=$/),
        requestTime: "01/Jan/2024:00:00:00 +0000",
        path: "/prod/a/b%20c",
        accountId: "000000000000",
        protocol: "HTTP/1.1",
        stage: "prod",
        domainPrefix: "abc1234567",
        requestTimeEpoch: Date.UTC(2024, 0, 1),
        requestId: "11111111-2222-3333-4444-555555555555",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "127.0.0.1",
          user: null,
          userAgent: "tester",
          userArn: null,
        },
        domainName: host,
        deploymentId: "dep1",
        apiId: "abc1234567",
      },
      body: "hello",
      isBase64Encoded: false,
    });
  });

  test("what is absent is null", async () => {
    cloud = await apiCloud([fakeLambda((event) => ({ statusCode: 200, body: JSON.stringify(event) }))]);
    const methodIntegration = { type: "AWS_PROXY" as const, httpMethod: "POST", uri: functionUri };
    await cloud.deploy({ methods: { "GET /": { methodIntegration } } });
    expect((await cloud.ask("/")).json).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  test("answers with status, headers and body of the function", async () => {
    const answer = await through(
      () => ({
        statusCode: "201",
        headers: { "X-One": 1, Date: "mine" },
        multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
        body: "made",
      }),
      "/x",
    );
    expect(answer).toMatchObject({ status: 201, text: "made" });
    expect(answer.headers).toMatchObject({
      "x-one": "1",
      "x-amzn-remapped-date": "mine",
      "set-cookie": "a=1,b=2",
      "content-type": "application/json",
    });
    expect(answer.headers["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  test.each([
    ["text", "not an object", 502],
    ["a body that is no text", { statusCode: 200, body: { a: 1 } }, 502],
    ["no status of HTTP", { statusCode: 9, body: "" }, 502],
    ["headers that are none", { statusCode: 200, headers: "x" }, 502],
    ["nothing", undefined, 502],
    ["an object of another kind", { hello: "world" }, 502],
  ])("%s is malformed", async (_what, answered, status) => {
    const { text, headers, ...answer } = await through(() => answered, "/x");
    expect([answer.status, text]).toEqual([status, '{"message": "Internal server error"}']);
    expect(headers["x-amzn-errortype"]).toBe("InternalServerErrorException");
  });

  test("what the function throws is 502, and a function that is not there 500", async () => {
    const thrown = await through(() => {
      throw new Error("boom");
    }, "/x");
    expect(thrown.status).toBe(502);
    await cloud.stop();
    const uri = functionUri.replace("function:f", "function:g");
    expect((await through(() => 1, "/x", { integration: { uri } })).status).toBe(500);
  });

  test("a stage variable may name the function", async () => {
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\${stageVariables.fn}/invocations`;
    expect((await through(() => ({ statusCode: 204 }), "/x", { integration: { uri } })).status).toBe(204);
  });

  test("binary bodies travel in base64, both ways, where the API says so", async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const echo: FakeFunction = (event) => ({
      statusCode: 200,
      headers: { "Content-Type": "image/png", "X-Encoded": event.isBase64Encoded },
      body: event.body,
      isBase64Encoded: true,
    });
    const asked = {
      method: "POST",
      headers: { "Content-Type": "image/png", Accept: "image/png" },
      body: bytes,
    };
    const answer = await through(echo, "/x", { ...asked, binary: ["image/*"] });
    expect(answer.headers["x-encoded"]).toBe("true");
    expect(answer.bytes).toEqual(bytes);
  });

  test("a function that takes too long is given up", async () => {
    let finish: (() => void) | undefined;
    const asked = through(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      "/x",
      { integration: { timeoutInMillis: 1000 } },
    );
    while (finish === undefined) await new Promise((resolve) => setImmediate(resolve));
    await cloud.kernel.clock.advance(1000, async () => undefined);
    const { status, text } = await asked;
    expect([status, text]).toEqual([504, '{"message": "Endpoint request timed out"}']);
    finish();
  });

  test("a streamed answer has its head before eight zero bytes", async () => {
    const uri = functionUri.replace("/invocations", "/response-streaming-invocations");
    const head = JSON.stringify({
      statusCode: 202,
      headers: { "Content-Type": "text/plain" },
      cookies: ["a=1"],
    });
    const answer = await through(
      () => [head.slice(0, 5), `${head.slice(5)}${"\0".repeat(8)}one`, "two"],
      "/x",
      {
        integration: { uri, responseTransferMode: "STREAM" },
      },
    );
    expect(answer).toMatchObject({ status: 202, text: "onetwo" });
    expect(answer.headers).toMatchObject({ "content-type": "text/plain", "set-cookie": "a=1" });
  });
});

describe("AWS with a function", () => {
  const integration: Integration = {
    type: "AWS",
    httpMethod: "POST",
    uri: functionUri,
    requestTemplates: { "application/json": '{"name": "$input.params(\'name\')"}' },
    integrationResponses: {
      "200": { statusCode: "200", responseTemplates: { "application/json": "$input.path('$.greeting')!" } },
      "404": {
        statusCode: "404",
        selectionPattern: ".*not found.*",
        responseTemplates: { "application/json": '{"why":"$input.path(\'$.errorMessage\')"}' },
      },
    },
  };

  test("a template makes the event, and another the answer", async () => {
    const { status, text } = await through(({ name }) => ({ greeting: `Hello ${name}` }), "/x", {
      query: "name=Ann",
      integration,
    });
    expect([status, text]).toEqual([200, "Hello Ann!"]);
  });

  test("what the function throws chooses the response", async () => {
    const { status, text } = await through(
      () => {
        throw new Error("Ann not found here");
      },
      "/x",
      { integration },
    );
    expect([status, text]).toEqual([404, '{"why":"Ann not found here"}']);
  });

  test("an event is only handed over", async () => {
    const requestParameters = { "integration.request.header.X-Amz-Invocation-Type": "'Event'" };
    const responses = { "202": { statusCode: "202" } };
    const { status, text } = await through(() => "ignored", "/x", {
      integration: { ...integration, requestParameters, integrationResponses: responses },
    });
    expect([status, text]).toEqual([202, ""]);
  });
});
