// WebSocket APIs: routes and the life of a connection.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import logs from "../../logs/index.ts";
import {
  type Client,
  connected,
  ok,
  type SocketCloud,
  socketApi,
  socketCloud,
  uriOf,
} from "./testing/socket-cloud.ts";

let cloud: SocketCloud;
beforeEach(async () => {
  cloud = await socketCloud();
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

describe("a connection", () => {
  it("begins, speaks and ends with the events that AWS documents", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { $connect: "chat", $disconnect: "chat", say: "chat" });
    const client = await connected(cloud, apiId, { query: "name=ann&x=1&x=2" });
    await client.send('{"action":"say","text":"hello"}');
    await client.leave();
    const [began, said, ended] = cloud.events.map(({ event }) => event);
    const shared = {
      stage: "live",
      connectedAt: Date.UTC(2024, 0, 1),
      requestTime: "01/Jan/2024:00:00:00 +0000",
      requestTimeEpoch: Date.UTC(2024, 0, 1),
      messageDirection: "IN",
      identity: { userAgent: "test", sourceIp: "127.0.0.1" },
      domainName: `localhost:4566/_execute-api/${apiId}`,
      connectionId: client.id,
      apiId,
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
    };
    expect(began).toEqual({
      headers: expect.objectContaining({ "user-agent": "test", "X-Forwarded-For": "127.0.0.1" }),
      multiValueHeaders: expect.objectContaining({ "user-agent": ["test"] }),
      queryStringParameters: { name: "ann", x: "2" },
      multiValueQueryStringParameters: { name: ["ann"], x: ["1", "2"] },
      requestContext: { ...shared, routeKey: "$connect", eventType: "CONNECT" },
      isBase64Encoded: false,
    });
    expect(said).toEqual({
      requestContext: {
        ...shared,
        routeKey: "say",
        eventType: "MESSAGE",
        messageId: expect.stringMatching(/^[\w-]{15}=$/),
      },
      body: '{"action":"say","text":"hello"}',
      isBase64Encoded: false,
    });
    const Host = shared.domainName;
    const headers = { Host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
    expect(ended).toEqual({
      headers,
      multiValueHeaders: { Host: [Host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
      requestContext: {
        ...shared,
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: 1005,
        disconnectReason: "Client-side close frame status not set",
      },
      isBase64Encoded: false,
    });
  });

  it("needs no routes of its own", async () => {
    cloud.functions.chat = ok;
    const client = await connected(cloud, await socketApi(cloud, { say: "chat" }));
    await client.leave();
    expect(cloud.events).toEqual([]);
  });

  it.each([
    ["answers another status than success", () => ({ statusCode: 403, body: "no" }), 403],
    ["fails", () => Promise.reject(new Error("broken")), 502],
    ["answers what is no answer", () => "hello", 502],
    ["answers nothing", () => undefined, 502],
  ])("is refused where the function of $connect %s", async (_, answer, status) => {
    cloud.functions.chat = answer;
    expect(await cloud.connect(await socketApi(cloud, { $connect: "chat" }))).toMatchObject({ status });
  });

  it("is refused to a stage that does not exist, or is below one", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { say: "chat" });
    expect(await cloud.connect(apiId, { stage: "other" })).toMatchObject({
      status: 403,
      body: expect.stringContaining('"message": "Forbidden"'),
    });
    expect(await cloud.connect(apiId, { stage: "live/more" })).toMatchObject({ status: 403 });
  });

  it("goes on with the protocol that the function chose", async () => {
    cloud.functions.chat = () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "soap" } });
    const client = await connected(cloud, await socketApi(cloud, { $connect: "chat" }));
    expect(client.protocol).toBe("soap");
  });

  it("ends after ten minutes in which nobody says anything", async () => {
    cloud.functions.chat = ok;
    const client = await connected(cloud, await socketApi(cloud, { say: "chat", $disconnect: "chat" }));
    await cloud.advance(9 * 60_000);
    await client.send('{"action":"say"}');
    await cloud.advance(9 * 60_000);
    expect(client.closed).toBeUndefined();
    await cloud.advance(60_000);
    expect(client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(cloud.events.at(-1)!.event.requestContext).toMatchObject({
      disconnectStatusCode: 1001,
      disconnectReason: "Going away",
    });
  });

  it("ends after two hours, whatever is said", async () => {
    cloud.functions.chat = ok;
    const client = await connected(cloud, await socketApi(cloud, { say: "chat" }));
    for (let minutes = 0; minutes < 119; minutes += 7) {
      await client.send('{"action":"say"}');
      await cloud.advance(7 * 60_000);
      if (minutes < 112) expect(client.closed).toBeUndefined();
    }
    await cloud.advance(60_000);
    expect(client.closed?.code).toBe(1001);
  });

  it("ends when a message meets no API any more", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { say: "chat" });
    const client = await connected(cloud, apiId);
    await cloud.call("apigatewayv2", "DeleteApi", { ApiId: apiId });
    await client.send('{"action":"say"}');
    expect(client.closed?.code).toBe(1001);
  });

  it("ends with 1003 at what is no text", async () => {
    const client = await connected(cloud, await socketApi(cloud, { say: "chat" }));
    await client.send("bytes", true);
    expect(client.closed?.code).toBe(1003);
  });
});

describe("a message", () => {
  const failure = (message: string, client: Client): RegExp =>
    new RegExp(`^{"message": "${message}", "connectionId":"${client.id}", "requestId":"[\\w-]{15}="}$`);

  it.each([
    ["a part of it", "$request.body.action", '{"action":"say"}', "say"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of API Gateway.
    ["a part of it in braces", "${request.body.action}", '{"action":"say"}', "say"],
    ["a part of a part", "$request.body.to.room", '{"to":{"room":"say"}}', "say"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of API Gateway.
    ["several parts", "${request.body.a}-${request.body.b}", '{"a":1,"b":true}', "1-true"],
    ["a name that nothing routes", "$request.body.action", '{"action":"shout"}', "$default"],
    ["no name", "$request.body.action", "{}", "$default"],
    ["a name of the connection's own routes", "$request.body.action", '{"action":"$connect"}', "$default"],
    ["what is no JSON", "$request.body.action", "hello", "$default"],
  ])("finds its route by %s", async (_, RouteSelectionExpression, text, key) => {
    cloud.functions.chat = ok;
    const routes = { say: "chat", "1-true": "chat", $default: "chat", $connect: "chat" };
    const client = await connected(cloud, await socketApi(cloud, routes, { RouteSelectionExpression }));
    await client.send(text);
    expect(cloud.events.at(-1)!.event.requestContext.routeKey).toBe(key);
    expect(client.received).toEqual([]);
  });

  it("without a route is forbidden", async () => {
    const client = await connected(cloud, await socketApi(cloud, { say: "chat" }));
    await client.send("hello");
    expect(client.received).toEqual([expect.stringMatching(failure("Forbidden", client))]);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("broken"))],
    ["returns what is no answer", () => "hello"],
  ])("whose function %s is an internal server error", async (_, answer) => {
    cloud.functions.chat = answer;
    const client = await connected(cloud, await socketApi(cloud, { say: "chat" }));
    await client.send('{"action":"say"}');
    expect(client.received).toEqual([expect.stringMatching(failure("Internal server error", client))]);
  });

  it("is answered where the route has a response", async () => {
    cloud.functions.echo = (event) => ({ statusCode: 200, body: event.body.toUpperCase() });
    const proxy = { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("echo") };
    const apiId = await socketApi(cloud, { $default: { ...proxy, response: true } });
    const client = await connected(cloud, apiId);
    await client.send("hello");
    expect(client.received).toEqual(["HELLO"]);
  });

  it("waits no longer for its function than the integration says", async () => {
    let late = (): void => undefined;
    cloud.functions.slow = () =>
      new Promise<object>((resolve) => {
        late = () => resolve({ statusCode: 200 });
      });
    const proxy = { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("slow"), TimeoutInMillis: 3000 };
    const client = await connected(cloud, await socketApi(cloud, { $default: proxy }));
    const sent = client.send("hello");
    while (cloud.events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // The function is still at work, so that the clock must not wait for it to rest.
    const moved = cloud.kernel.clock.advance(3000, () => new Promise((resolve) => setImmediate(resolve)));
    await sent;
    await moved;
    late();
    expect(client.received).toEqual([expect.stringMatching(failure("Internal server error", client))]);
  });

  it("is held against the model that it selects", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, {
      say: {
        IntegrationType: "AWS_PROXY",
        IntegrationUri: uriOf("chat"),
        route: { ModelSelectionExpression: "$request.body.action", RequestModels: { say: "Said" } },
      },
    });
    const Schema = '{"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}';
    const ContentType = "application/json";
    await cloud.call("apigatewayv2", "CreateModel", { ApiId: apiId, Name: "Said", Schema, ContentType });
    const client = await connected(cloud, apiId);
    await client.send('{"action":"say","text":"hello"}');
    expect([client.received, cloud.events.length]).toEqual([[], 1]);
    await client.send('{"action":"say","text":7}');
    await client.send('{"action":"say"}');
    expect(client.received).toEqual([
      expect.stringMatching(failure("Invalid request body", client)),
      expect.stringMatching(failure("Invalid request body", client)),
    ]);
    expect(cloud.events).toHaveLength(1);
  });

  it("is refused beyond the stage's limits", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { say: "chat" });
    const RouteSettings = { say: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } };
    await cloud.call("apigatewayv2", "UpdateStage", { ApiId: apiId, StageName: "live", RouteSettings });
    const client = await connected(cloud, apiId);
    await client.send('{"action":"say"}');
    await client.send('{"action":"say"}');
    expect(client.received).toEqual([expect.stringMatching(failure("Too Many Requests", client))]);
    await cloud.advance(1000);
    await client.send('{"action":"say"}');
    expect(client.received).toHaveLength(1);
  });
});

describe("an access log", () => {
  it("has a line for each thing that happens", async () => {
    await cloud.stop();
    cloud = await socketCloud({ services: [logs] });
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { $connect: "chat", say: "chat", $disconnect: "chat" });
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "access" });
    await cloud.call("apigatewayv2", "UpdateStage", {
      ApiId: apiId,
      StageName: "live",
      AccessLogSettings: {
        DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
        Format:
          "$context.eventType $context.routeKey $context.status $context.error.message $context.requestId",
      },
    });
    const client = await connected(cloud, apiId);
    await client.send('{"action":"say"}');
    await client.send("nonsense");
    await client.leave();
    await cloud.advance(1000);
    const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName: "access" });
    const lines = events.map(({ message }: { message: string }) => message.replace(/ [\w-]{15}=$/, ""));
    expect(lines).toEqual([
      "CONNECT $connect 200 -",
      "MESSAGE say 200 -",
      "MESSAGE $default 403 Forbidden",
      "DISCONNECT $disconnect 200 -",
    ]);
  });

  it.each([
    ["INFO", true, /Request body: \{"action":"say"\}/, 15],
    ["ERROR", false, /^\([\w-]{15}=\) Execution failed: Forbidden$/, 1],
  ])(
    "of the execution has its steps, by the level %s",
    async (LoggingLevel, DataTraceEnabled, line, count) => {
      await cloud.stop();
      cloud = await socketCloud({ services: [logs] });
      cloud.functions.chat = ok;
      const apiId = await socketApi(cloud, { $connect: "chat", say: "chat" });
      await cloud.call("apigatewayv2", "UpdateStage", {
        ApiId: apiId,
        StageName: "live",
        DefaultRouteSettings: { LoggingLevel, DataTraceEnabled },
      });
      const client = await connected(cloud, apiId);
      await client.send('{"action":"say"}');
      await client.send("nonsense");
      await cloud.advance(1000);
      const logGroupName = `/aws/apigateway/${apiId}/live`;
      const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
      const lines = events.map(({ message }: { message: string }) => message);
      expect(lines.some((each: string) => line.test(each))).toBe(true);
      expect(lines).toHaveLength(count);
    },
  );
});
