// WebSocket APIs: routes, integrations, authorizers, and the life of a connection.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import apigateway from "../../apigateway/index.ts";
import logs from "../../logs/index.ts";
import {
  type Client,
  type ConnectOptions,
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

async function connected(apiId: string, options?: ConnectOptions): Promise<Client> {
  const client = await cloud.connect(apiId, options);
  if ("status" in client) throw new Error(`Refused: ${client.status} ${client.body}`);
  return client;
}

const ok = () => ({ statusCode: 200 });

describe("a connection", () => {
  it("begins, speaks and ends with the events that AWS documents", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { $connect: "chat", $disconnect: "chat", say: "chat" });
    const client = await connected(apiId, { query: "name=ann&x=1&x=2" });
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
    const client = await connected(await socketApi(cloud, { say: "chat" }));
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
    const client = await connected(await socketApi(cloud, { $connect: "chat" }));
    expect(client.protocol).toBe("soap");
  });

  it("ends after ten minutes in which nobody says anything", async () => {
    cloud.functions.chat = ok;
    const client = await connected(await socketApi(cloud, { say: "chat", $disconnect: "chat" }));
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
    const client = await connected(await socketApi(cloud, { say: "chat" }));
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
    const client = await connected(apiId);
    await cloud.call("apigatewayv2", "DeleteApi", { ApiId: apiId });
    await client.send('{"action":"say"}');
    expect(client.closed?.code).toBe(1001);
  });

  it("ends with 1003 at what is no text", async () => {
    const client = await connected(await socketApi(cloud, { say: "chat" }));
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
    const client = await connected(await socketApi(cloud, routes, { RouteSelectionExpression }));
    await client.send(text);
    expect(cloud.events.at(-1)!.event.requestContext.routeKey).toBe(key);
    expect(client.received).toEqual([]);
  });

  it("without a route is forbidden", async () => {
    const client = await connected(await socketApi(cloud, { say: "chat" }));
    await client.send("hello");
    expect(client.received).toEqual([expect.stringMatching(failure("Forbidden", client))]);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("broken"))],
    ["returns what is no answer", () => "hello"],
  ])("whose function %s is an internal server error", async (_, answer) => {
    cloud.functions.chat = answer;
    const client = await connected(await socketApi(cloud, { say: "chat" }));
    await client.send('{"action":"say"}');
    expect(client.received).toEqual([expect.stringMatching(failure("Internal server error", client))]);
  });

  it("is answered where the route has a response", async () => {
    cloud.functions.echo = (event) => ({ statusCode: 200, body: event.body.toUpperCase() });
    const proxy = { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("echo") };
    const apiId = await socketApi(cloud, { $default: { ...proxy, response: true } });
    const client = await connected(apiId);
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
    const client = await connected(await socketApi(cloud, { $default: proxy }));
    const sent = client.send("hello");
    while (cloud.events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // The function is still at work, so that the clock must not wait for it to rest.
    const moved = cloud.kernel.clock.advance(3000, () => new Promise((resolve) => setImmediate(resolve)));
    await sent;
    await moved;
    late();
    expect(client.received).toEqual([expect.stringMatching(failure("Internal server error", client))]);
  });

  it("is refused beyond the stage's limits", async () => {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { say: "chat" });
    const RouteSettings = { say: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } };
    await cloud.call("apigatewayv2", "UpdateStage", { ApiId: apiId, StageName: "live", RouteSettings });
    const client = await connected(apiId);
    await client.send('{"action":"say"}');
    await client.send('{"action":"say"}');
    expect(client.received).toEqual([expect.stringMatching(failure("Too Many Requests", client))]);
    await cloud.advance(1000);
    await client.send('{"action":"say"}');
    expect(client.received).toHaveLength(1);
  });
});

describe("an integration that is no proxy", () => {
  it("MOCK answers what the templates make", async () => {
    const apiId = await socketApi(cloud, {
      $connect: {
        IntegrationType: "MOCK",
        RequestTemplates: { "200": '{"statusCode":200}' },
        TemplateSelectionExpression: "200",
      },
      ping: {
        IntegrationType: "MOCK",
        RequestTemplates: { $default: '{"statusCode": 200}' },
        TemplateSelectionExpression: "\\$default",
        response: true,
        responses: [
          {
            IntegrationResponseKey: "/200/",
            ResponseTemplates: {
              $default: '{"pong":"$context.connectionId at $stageVariables.get(\'place\')"}',
            },
            TemplateSelectionExpression: "\\$default",
          },
        ],
      },
    });
    const StageVariables = { place: "home" };
    await cloud.call("apigatewayv2", "UpdateStage", { ApiId: apiId, StageName: "live", StageVariables });
    const client = await connected(apiId);
    await client.send('{"action":"ping"}');
    expect(client.received).toEqual([`{"pong":"${client.id} at home"}`]);
  });

  it("MOCK refuses to connect by the status that it names", async () => {
    const apiId = await socketApi(cloud, {
      $connect: { IntegrationType: "MOCK", RequestTemplates: { $default: '{"statusCode": 401}' } },
    });
    expect(await cloud.connect(apiId)).toMatchObject({ status: 401 });
  });

  it("AWS hands a function what the template made of the message, and the client what came back", async () => {
    cloud.functions.add = ({ a, b }) => a + b;
    const apiId = await socketApi(cloud, {
      add: {
        IntegrationType: "AWS",
        IntegrationUri: uriOf("add"),
        RequestTemplates: {
          $default: "{\"a\": $input.path('$.numbers[0]'), \"b\": $input.json('$.numbers[1]')}",
        },
        response: true,
        responses: [
          { IntegrationResponseKey: "$default", ResponseTemplates: { $default: "sum=$input.body" } },
        ],
      },
    });
    const client = await connected(apiId);
    await client.send('{"action":"add","numbers":[1,2]}');
    expect(client.received).toEqual(["sum=3"]);
  });

  it.each([
    ["NEVER", true],
    ["WHEN_NO_TEMPLATES", true],
    ["WHEN_NO_MATCH", false],
  ])(
    "with templates that do not fit and %s passes the message on or not",
    async (PassthroughBehavior, refused) => {
      cloud.functions.chat = ok;
      const apiId = await socketApi(cloud, {
        $default: {
          IntegrationType: "AWS",
          IntegrationUri: uriOf("chat"),
          RequestTemplates: { other: "{}" },
          PassthroughBehavior,
        },
      });
      const client = await connected(apiId);
      await client.send('"hello"');
      expect(cloud.events.map(({ event }) => event)).toEqual(refused ? [] : ["hello"]);
      expect(client.received).toHaveLength(refused ? 1 : 0);
    },
  );
});

describe("HTTP integrations", () => {
  it("ask the endpoint with what is mapped, and answer by its status", async () => {
    await cloud.stop();
    const asked: object[] = [];
    cloud = await socketCloud({
      web: async ({ method, url, headers, body }) => {
        asked.push({ method, url, id: headers?.["x-id"], body: String(body) });
        const status = url.includes("connect") ? 200 : 404;
        return { status, headers: {}, body: Buffer.from('{"why":"gone"}') };
      },
    });
    const apiId = await socketApi(cloud, {
      $connect: {
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "POST",
        IntegrationUri: "https://backend.example/connect",
        RequestParameters: {
          "integration.request.header.x-id": "context.connectionId",
          "integration.request.querystring.name": "route.request.querystring.name",
        },
      },
      find: {
        IntegrationType: "HTTP",
        IntegrationMethod: "PUT",
        IntegrationUri: "https://backend.example/{room}",
        RequestParameters: { "integration.request.path.room": "route.request.body.room" },
        response: true,
        responses: [
          { IntegrationResponseKey: "/2\\d\\d/" },
          {
            IntegrationResponseKey: "/4\\d\\d/",
            ResponseTemplates: { $default: "not found: $input.path('$.why')" },
          },
        ],
      },
    });
    const client = await connected(apiId, { query: "name=ann" });
    await client.send('{"action":"find","room":"a b"}');
    expect(asked).toEqual([
      { method: "POST", url: "https://backend.example/connect?name=ann", id: client.id, body: "" },
      {
        method: "PUT",
        url: "https://backend.example/a%20b",
        id: undefined,
        body: '{"action":"find","room":"a b"}',
      },
    ]);
    expect(client.received).toEqual(["not found: gone"]);
  });
});

describe("an authorizer of $connect", () => {
  async function guarded(
    IdentitySource: readonly string[] = ["route.request.querystring.token"],
  ): Promise<string> {
    cloud.functions.chat = ok;
    const apiId = await socketApi(cloud, { say: "chat" });
    const { AuthorizerId } = await cloud.call("apigatewayv2", "CreateAuthorizer", {
      ApiId: apiId,
      Name: "guard",
      AuthorizerType: "REQUEST",
      AuthorizerUri: uriOf("guard"),
      IdentitySource,
    });
    await cloud.call("apigatewayv2", "CreateRoute", {
      ApiId: apiId,
      RouteKey: "$connect",
      AuthorizationType: "CUSTOM",
      AuthorizerId,
    });
    return apiId;
  }
  const policy = (Effect: string, Resource: string) => ({
    principalId: "ann",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
    },
    context: { room: 7 },
  });

  it("lets in whom its function lets, and tells the integrations what it said", async () => {
    cloud.functions.guard = (event) => policy("Allow", event.methodArn);
    const apiId = await guarded();
    const client = await connected(apiId, { query: "token=t" });
    await client.send('{"action":"say"}');
    const [asked, said] = cloud.events.map(({ event }) => event);
    expect(asked).toMatchObject({
      type: "REQUEST",
      methodArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/live/$connect`,
      queryStringParameters: { token: "t" },
      requestContext: { eventType: "CONNECT", routeKey: "$connect" },
    });
    expect(said.requestContext.authorizer).toEqual({ principalId: "ann", integrationLatency: 0, room: "7" });
  });

  it.each([
    ["denies", () => policy("Deny", "*"), 403],
    [
      "allows something else",
      () => policy("Allow", "arn:aws:execute-api:us-east-1:000000000000:other/*"),
      403,
    ],
    ["says Unauthorized", () => Promise.reject(new Error("Unauthorized")), 401],
    ["fails", () => Promise.reject(new Error("broken")), 500],
    ["says no policy", () => ({ principalId: "ann" }), 500],
  ])("refuses where its function %s", async (_, answer, status) => {
    cloud.functions.guard = answer;
    expect(await cloud.connect(await guarded(), { query: "token=t" })).toMatchObject({ status });
  });

  it("is not asked where the client does not say who it is", async () => {
    expect(await cloud.connect(await guarded())).toMatchObject({ status: 401 });
    expect(
      await cloud.connect(await guarded(["route.request.header.Auth"]), { headers: { auth: "" } }),
    ).toMatchObject({
      status: 401,
    });
    expect(cloud.events).toEqual([]);
  });

  it("may be the signature", async () => {
    cloud.functions.chat = ok;
    const proxy = { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("chat") };
    const apiId = await socketApi(cloud, { $connect: { ...proxy, route: { AuthorizationType: "AWS_IAM" } } });
    expect(await cloud.connect(apiId)).toMatchObject({ status: 403 });
    await connected(apiId, { signer: "000000000000" });
    expect(cloud.events[0]!.event.requestContext.identity).toMatchObject({
      accountId: "000000000000",
      userArn: "arn:aws:iam::000000000000:root",
      accessKey: "AKIDTEST",
    });
  });
});

describe("an API key", () => {
  it("is asked for where $connect says so", async () => {
    await cloud.stop();
    cloud = await socketCloud({ services: [apigateway] });
    cloud.functions.chat = ok;
    const proxy = { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("chat") };
    const apiId = await socketApi(cloud, { $connect: { ...proxy, route: { ApiKeyRequired: true } } });
    const { id, value } = await cloud.call("apigateway", "CreateApiKey", { name: "ann", enabled: true });
    const headers = { "x-api-key": value };
    expect(await cloud.connect(apiId)).toMatchObject({ status: 403 });
    expect(await cloud.connect(apiId, { headers })).toMatchObject({ status: 403 });
    const { id: usagePlanId } = await cloud.call("apigateway", "CreateUsagePlan", {
      name: "all",
      apiStages: [{ apiId, stage: "live" }],
    });
    await cloud.call("apigateway", "CreateUsagePlanKey", { usagePlanId, keyId: id, keyType: "API_KEY" });
    await connected(apiId, { headers });
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
    const client = await connected(apiId);
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
});
