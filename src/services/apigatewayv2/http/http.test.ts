import { afterEach, describe, expect, it } from "vitest";
import { rootPrincipal } from "../../../core/principal.ts";
import type { FakeFunction } from "../../lambda/testing/fake-function-host.ts";
import logs from "../../logs/index.ts";
import sqs from "../../sqs/index.ts";
import { type HttpCloud, httpCloud } from "../testing/http-cloud.ts";

describe("HTTP APIs", () => {
  let cloud: HttpCloud;
  afterEach(() => cloud.stop());
  const start = async (handler: FakeFunction, further: Record<string, FakeFunction> = {}) => {
    cloud = await httpCloud({ "index.handler": handler, ...further }, [sqs, logs]);
  };

  it("hands a function an event of payload format 2.0", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["POST /pets/{id}"]);
    await cloud.api("UpdateStage", { ApiId: apiId, StageName: "$default", StageVariables: { v: "1" } });
    await cloud.ask(apiId, {
      method: "POST",
      path: "/pets/a%20b",
      query: "x=1&x=2&y=%C3%BC",
      headers: { cookie: "c1=1; c2=2", "content-type": "application/json", "user-agent": "test" },
      body: '{"a":1}',
    });
    const { event } = cloud.host.calls[0]!;
    expect(event).toEqual({
      version: "2.0",
      routeKey: "POST /pets/{id}",
      rawPath: "/pets/a b",
      rawQueryString: "x=1&x=2&y=%C3%BC",
      cookies: ["c1=1", "c2=2"],
      headers: {
        host: `${apiId}.execute-api.us-east-1.localhost:4566`,
        "content-type": "application/json",
        "content-length": "7",
        "user-agent": "test",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "4566",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { x: "1,2", y: "ü" },
      requestContext: {
        accountId: "000000000000",
        apiId,
        domainName: `${apiId}.execute-api.us-east-1.localhost`,
        domainPrefix: apiId,
        http: {
          method: "POST",
          path: "/pets/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test",
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: "POST /pets/{id}",
        stage: "$default",
        time: "01/Jan/2024:00:00:00 +0000",
        timeEpoch: 1_704_067_200_000,
      },
      pathParameters: { id: "a b" },
      stageVariables: { v: "1" },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  it("hands a function an event of payload format 1.0", async () => {
    await start(() => ({ statusCode: 200, body: "ok" }));
    const apiId = await cloud.serve(["GET /pets/{id}"], {}, { PayloadFormatVersion: "1.0" });
    await cloud.ask(apiId, { path: "/pets/1", query: "x=1&x=2", headers: { accept: "*/*" } });
    expect(cloud.host.calls[0]!.event).toMatchObject({
      version: "1.0",
      resource: "/pets/{id}",
      path: "/pets/1",
      httpMethod: "GET",
      headers: { Host: `${apiId}.execute-api.us-east-1.localhost:4566`, accept: "*/*" },
      multiValueHeaders: { accept: ["*/*"] },
      queryStringParameters: { x: "2" },
      multiValueQueryStringParameters: { x: ["1", "2"] },
      requestContext: {
        apiId,
        httpMethod: "GET",
        identity: { sourceIp: "127.0.0.1", userArn: null },
        path: "/pets/1",
        resourceId: "GET /pets/{id}",
        resourcePath: "/pets/{id}",
        requestTime: "01/Jan/2024:00:00:00 +0000",
        stage: "$default",
      },
      pathParameters: { id: "1" },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it("a body that is no text is handed over in base64, even a form's", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["$default"]);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await cloud.ask(apiId, { method: "POST", headers, body: "a=1" });
    expect(cloud.host.calls[0]!.event).toMatchObject({ body: "YT0x", isBase64Encoded: true });
  });

  it.each([
    ["a string is the body", "hello", 200, "hello", "application/json"],
    ["any value is the body as JSON", { a: 1 }, 200, '{"a":1}', "application/json"],
    [
      "a statusCode makes it a description",
      { statusCode: 418, body: "tea" },
      418,
      "tea",
      "text/plain; charset=utf-8",
    ],
    [
      "base64 is decoded",
      { statusCode: 200, body: "aGk=", isBase64Encoded: true, headers: { "Content-Type": "a/b" } },
      200,
      "hi",
      "a/b",
    ],
    [
      "a header that would begin another is an error",
      { statusCode: 200, headers: { a: "1\r\nset-cookie: b=2" } },
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "a cookie that would begin a header is an error",
      { statusCode: 200, cookies: ["a=1\r\nb: 2"] },
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "a status that is no answer's is an error",
      { statusCode: 101 },
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "what keeps to no format is an error",
      { statusCode: "x" },
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
  ])("%s", async (_name, value, status, text, type) => {
    await start(() => value);
    const apiId = await cloud.serve(["$default"]);
    const response = await cloud.ask(apiId);
    expect(response).toMatchObject({ status, text, headers: { "content-type": type } });
    expect(response.headers["apigw-requestid"]).toMatch(/=$/);
  });

  it("a function's error is a 500, what no route takes a 404", async () => {
    await start(() => {
      throw new Error("no");
    });
    const apiId = await cloud.serve(["GET /a"]);
    expect(await cloud.ask(apiId, { path: "/a" })).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
    expect(await cloud.ask(apiId, { path: "/b" })).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    });
  });

  it("a stage is the first part of the path; its name is part of what events call the path", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["GET /pets"]);
    await cloud.api("CreateStage", { ApiId: apiId, StageName: "dev", AutoDeploy: true });
    expect((await cloud.ask(apiId, { path: "/dev/pets" })).status).toBe(200);
    expect((await cloud.ask(apiId, { path: "/pets" })).status).toBe(200);
    expect(cloud.host.calls.map(({ event }) => event)).toMatchObject([
      { rawPath: "/dev/pets", requestContext: { stage: "dev" } },
      { rawPath: "/pets", requestContext: { stage: "$default" } },
    ]);
  });

  it("serves what was deployed, not what was changed since", async () => {
    await start(() => "ok");
    const { ApiId } = await cloud.api("CreateApi", {
      Name: "a",
      ProtocolType: "HTTP",
      Target: "arn:aws:lambda:us-east-1:000000000000:function:f",
    });
    await cloud.api("UpdateStage", { ApiId, StageName: "$default", AutoDeploy: false });
    const { Items } = await cloud.api("GetRoutes", { ApiId });
    await cloud.api("DeleteRoute", { ApiId, RouteId: Items[0].RouteId });
    expect((await cloud.ask(ApiId, { path: "/x" })).status).toBe(200);
  });

  it("stage variables name the function", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(
      ["$default"],
      {},
      // biome-ignore lint/suspicious/noTemplateCurlyInString: API Gateway's own expressions.
      { IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.name}" },
    );
    expect((await cloud.ask(apiId)).status).toBe(500);
    await cloud.api("UpdateStage", { ApiId: apiId, StageName: "$default", StageVariables: { name: "f" } });
    expect((await cloud.ask(apiId)).status).toBe(200);
  });

  it("answers preflights itself, and sets CORS headers for allowed origins in place of the function's", async () => {
    await start(() => ({ statusCode: 200, headers: { "access-control-allow-origin": "https://evil" } }));
    const apiId = await cloud.serve(["GET /a"], {
      CorsConfiguration: {
        AllowOrigins: ["https://a.example"],
        AllowMethods: ["GET"],
        AllowHeaders: ["x-a"],
        MaxAge: 60,
      },
    });
    const origin = "https://a.example";
    const preflight = await cloud.ask(apiId, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "x-a",
        "access-control-max-age": "60",
      },
    });
    expect(cloud.host.calls).toHaveLength(0);
    const own = await cloud.ask(apiId, { path: "/a", headers: { origin } });
    expect(own.headers["access-control-allow-origin"]).toBe(origin);
    const foreign = await cloud.ask(apiId, { path: "/a", headers: { origin: "https://b.example" } });
    expect(foreign.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("throttles a route by its bucket", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["GET /a", "GET /b"]);
    await cloud.api("UpdateStage", {
      ApiId: apiId,
      StageName: "$default",
      RouteSettings: { "GET /a": { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 } },
    });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) statuses.push((await cloud.ask(apiId, { path: "/a" })).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await cloud.ask(apiId, { path: "/a" })).text).toBe('{"message":"Too Many Requests"}');
    expect((await cloud.ask(apiId, { path: "/b" })).status).toBe(200);
    await cloud.advance(1000);
    expect((await cloud.ask(apiId, { path: "/a" })).status).toBe(200);
  });

  it("AWS_IAM refuses unsigned requests, and tells the function who signed", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["GET /a"]);
    const { Items } = await cloud.api("GetRoutes", { ApiId: apiId });
    await cloud.api("UpdateRoute", {
      ApiId: apiId,
      RouteId: Items[0].RouteId,
      AuthorizationType: "AWS_IAM",
    });
    const anonymous = { ...rootPrincipal("anonymous"), type: "anonymous" as const };
    expect(await cloud.ask(apiId, { path: "/a", identify: async () => anonymous })).toMatchObject({
      status: 403,
      text: '{"message":"Forbidden"}',
    });
    await cloud.ask(apiId, { path: "/a", identify: async () => rootPrincipal("123456789012") });
    expect(cloud.host.calls[0]!.event).toMatchObject({
      requestContext: { authorizer: { iam: { userArn: "arn:aws:iam::123456789012:root" } } },
    });
  });

  it("a body beyond 10 MB is refused", async () => {
    await start(() => "ok");
    const apiId = await cloud.serve(["$default"]);
    expect(await cloud.ask(apiId, { method: "POST", body: new Uint8Array(10_485_761) })).toMatchObject({
      status: 413,
      text: '{"message":"Request Entity Too Large"}',
    });
  });

  it("sends to a queue by what the request says", async () => {
    await start(() => "ok");
    const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    const apiId = await cloud.serve(
      ["POST /send"],
      {},
      {
        IntegrationUri: undefined,
        IntegrationSubtype: "SQS-SendMessage",
        PayloadFormatVersion: "1.0",
        CredentialsArn: "arn:aws:iam::000000000000:role/app",
        RequestParameters: { QueueUrl, MessageBody: "$request.body.text", DelaySeconds: "0" },
      },
    );
    const response = await cloud.ask(apiId, { method: "POST", path: "/send", body: '{"text":"hello"}' });
    expect(response.status).toBe(200);
    expect(JSON.parse(response.text)).toHaveProperty("MessageId");
    const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    expect(Messages).toMatchObject([{ Body: "hello" }]);
  });

  it("writes a line to the access log for each request, also for those that no route takes", async () => {
    await start(() => "ok");
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "access" });
    const apiId = await cloud.serve(["GET /a"]);
    await cloud.api("UpdateStage", {
      ApiId: apiId,
      StageName: "$default",
      AccessLogSettings: {
        DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
        Format:
          "$context.requestId $context.httpMethod $context.routeKey $context.status [$context.requestTime]",
      },
    });
    const first = await cloud.ask(apiId, { path: "/a" });
    await cloud.ask(apiId, { path: "/b" });
    await cloud.advance(200);
    const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName: "access" });
    const time = "[01/Jan/2024:00:00:00 +0000]";
    expect(events.map(({ message }: { message: string }) => message.replace(/^\S+/, ""))).toEqual([
      ` GET GET /a 200 ${time}`,
      ` GET - 404 ${time}`,
    ]);
    expect(events[0].message.split(" ")[0]).toBe(first.headers["apigw-requestid"]);
  });
});
