// Integrations that are no proxies, and those over HTTP.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, ok, type SocketCloud, socketApi, socketCloud, uriOf } from "../testing/socket-cloud.ts";

let cloud: SocketCloud;
beforeEach(async () => {
  cloud = await socketCloud();
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
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
    const client = await connected(cloud, apiId);
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
    const client = await connected(cloud, apiId);
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
      const client = await connected(cloud, apiId);
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
    const client = await connected(cloud, apiId, { query: "name=ann" });
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
