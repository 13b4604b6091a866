// API destinations and their connections, against an endpoint that remembers
// what it was asked.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { WebRequest, WebResponse } from "../../../core/ports/web.ts";
import kms from "../../kms/index.ts";
import secretsmanager from "../../secretsmanager/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import events from "../index.ts";

let cloud: TestCloud;
let asked: { readonly at: number; readonly request: WebRequest }[];
let answer: (request: WebRequest) => { readonly status: number; readonly body?: string };

beforeEach(async () => {
  asked = [];
  answer = () => ({ status: 200 });
  cloud = await testCloud([events, kms, secretsmanager], {
    web: async (request): Promise<WebResponse> => {
      asked.push({ at: cloud.kernel.clock.now(), request });
      const { status, body = "" } = answer(request);
      return { status, headers: {}, body: Buffer.from(body) };
    },
  });
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

const start = Date.UTC(2024, 0, 1);

async function destination(connection: object, more: object = {}, target: object = {}): Promise<void> {
  const { ConnectionArn } = await cloud.call("events", "CreateConnection", { Name: "c", ...connection });
  await cloud.settle();
  const { ApiDestinationArn } = await cloud.call("events", "CreateApiDestination", {
    Name: "d",
    ConnectionArn,
    InvocationEndpoint: "https://example.com/orders/*/items",
    HttpMethod: "POST",
    ...more,
  });
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
  const RoleArn = "arn:aws:iam::000000000000:role/r";
  await cloud.call("events", "PutTargets", {
    Rule: "r",
    Targets: [{ Id: "t", Arn: ApiDestinationArn, RoleArn, InputPath: "$.detail", ...target }],
  });
}

async function put(count = 1): Promise<void> {
  for (let n = 0; n < count; n++) {
    await cloud.call("events", "PutEvents", {
      Entries: [{ Source: "app", DetailType: "t", Detail: JSON.stringify({ order: `o ${n}` }) }],
    });
  }
  await cloud.settle();
}

const apiKey = {
  AuthorizationType: "API_KEY",
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hush" } },
};

test("path, query, headers and body come from target and connection", async () => {
  const InvocationHttpParameters = {
    HeaderParameters: [{ Key: "x-fixed", Value: "h", IsValueSecret: true }],
    QueryStringParameters: [{ Key: "q", Value: "c" }],
    BodyParameters: [{ Key: "tenant", Value: "t" }],
  };
  await destination(
    { ...apiKey, AuthParameters: { ...apiKey.AuthParameters, InvocationHttpParameters } },
    {},
    {
      HttpParameters: {
        PathParameterValues: ["$.detail.order"],
        HeaderParameters: { "x-own": "$.source" },
        QueryStringParameters: { q: "t", z: "1" },
      },
    },
  );
  await put();
  const [{ request }] = asked as [(typeof asked)[0]];
  expect(request.url).toBe("https://example.com/orders/o%200/items?q=c&z=1");
  expect(request.body).toBe('{"order":"o 0","tenant":"t"}');
  expect(request.headers).toMatchObject({ "x-key": "hush", "x-fixed": "h", "x-own": "app" });
  const shown = await cloud.call("events", "DescribeConnection", { Name: "c" });
  expect(JSON.stringify(shown)).not.toContain("hush");
  expect(shown.AuthParameters.InvocationHttpParameters.HeaderParameters).toEqual([
    { Key: "x-fixed", IsValueSecret: true },
  ]);
});

test("calls keep to the rate limit", async () => {
  await destination(apiKey, { InvocationRateLimitPerSecond: 2 });
  await put(5);
  await cloud.advance(2000);
  expect(asked.map(({ at }) => at - start)).toEqual([0, 500, 1000, 1500, 2000]);
});

test("a status that may pass is tried again, another is not", async () => {
  await destination(apiKey);
  answer = () => ({ status: asked.length === 1 ? 503 : 200 });
  await put();
  await cloud.advance(10_000);
  expect(asked.map(({ at }) => at - start)).toEqual([0, 1000]);
  asked = [];
  answer = () => ({ status: 400 });
  await put();
  await cloud.advance(600_000);
  expect(asked.length).toBe(1);
});

test("retries end with their number", async () => {
  await destination(apiKey, {}, { RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 } });
  answer = () => ({ status: 500 });
  await put();
  await cloud.advance(3_600_000);
  expect(asked.map(({ at }) => at - start)).toEqual([0, 1000, 3000, 7000]);
});

test("retries end with the event's age", async () => {
  await destination(apiKey, {}, { RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 } });
  answer = () => ({ status: 500 });
  await put();
  await cloud.advance(3_600_000);
  expect(asked.map(({ at }) => at - start)).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
});

test("an OAuth token is kept until it expires, and asked for anew when refused", async () => {
  let tokens = 0;
  let refuse = false;
  answer = ({ url, headers }) => {
    if (url.startsWith("https://auth.example.com/")) {
      return { status: 200, body: JSON.stringify({ access_token: `t${++tokens}`, expires_in: 600 }) };
    }
    if (refuse && headers?.authorization === "Bearer t2") return { status: 401 };
    return { status: 200 };
  };
  await destination({
    AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
    AuthParameters: {
      OAuthParameters: {
        ClientParameters: { ClientID: "id", ClientSecret: "s" },
        AuthorizationEndpoint: "https://auth.example.com/token",
        HttpMethod: "POST",
        OAuthHttpParameters: { BodyParameters: [{ Key: "audience", Value: "api" }] },
      },
    },
  });
  expect(asked[0]?.request.body).toBe(
    "grant_type=client_credentials&client_id=id&client_secret=s&audience=api",
  );
  const used = () =>
    asked.flatMap(({ request }) => (request.url.includes("auth.") ? [] : request.headers?.authorization));
  await put(2);
  await cloud.advance(10);
  expect(used()).toEqual(["Bearer t1", "Bearer t1"]);
  await cloud.advance(600_000);
  await put();
  expect(used().at(-1)).toBe("Bearer t2");
  refuse = true;
  await cloud.advance(10);
  await put();
  expect(used().slice(-2)).toEqual(["Bearer t2", "Bearer t3"]);
});

test("a connection that gets no token is deauthorized", async () => {
  answer = () => ({ status: 403 });
  await cloud.call("events", "CreateConnection", {
    Name: "c",
    AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
    AuthParameters: {
      OAuthParameters: {
        ClientParameters: { ClientID: "id", ClientSecret: "s" },
        AuthorizationEndpoint: "https://auth.example.com/token",
        HttpMethod: "POST",
      },
    },
  });
  await cloud.settle();
  const { ConnectionState, StateReason } = await cloud.call("events", "DescribeConnection", { Name: "c" });
  expect({ ConnectionState, StateReason }).toEqual({
    ConnectionState: "DEAUTHORIZED",
    StateReason: "The authorization endpoint answered 403.",
  });
});

test("changes of state are told on the default bus, of destinations too", async () => {
  await cloud.call("events", "CreateConnection", { Name: "told", ...apiKey });
  await cloud.call("events", "CreateConnection", { Name: "ear", ...apiKey });
  const at = async (name: string) =>
    (await cloud.call("events", "DescribeConnection", { Name: name })).ConnectionArn;
  const create = async (Name: string, connection: string) => {
    const { ApiDestinationArn } = await cloud.call("events", "CreateApiDestination", {
      Name,
      ConnectionArn: await at(connection),
      InvocationEndpoint: "https://example.com/",
      HttpMethod: "POST",
    });
    return ApiDestinationArn;
  };
  const Arn = await create("ear", "ear");
  await cloud.call("events", "PutRule", {
    Name: "told",
    EventPattern: '{"detail-type":[{"anything-but":{"suffix":"CloudTrail"}}]}',
  });
  const RoleArn = "arn:aws:iam::000000000000:role/r";
  await cloud.call("events", "PutTargets", { Rule: "told", Targets: [{ Id: "t", Arn, RoleArn }] });
  await create("d", "told");
  await cloud.call("events", "UpdateConnection", { Name: "told", Description: "more" });
  await cloud.call("events", "DeauthorizeConnection", { Name: "told" });
  await cloud.call("events", "DeleteConnection", { Name: "told" });
  await cloud.advance(1000);
  const heard = new Map(
    asked.map(({ request }) => {
      const event = JSON.parse(String(request.body));
      return [event["detail-type"], event];
    }),
  );
  expect(asked).toHaveLength(heard.size);
  // Each is delivered on its own: the order is nobody's promise.
  expect([...heard.keys()].sort()).toEqual([
    "API Destination Activated",
    "API Destination Deactivated",
    "Connection Authorized",
    "Connection Deauthorization Started",
    "Connection Deauthorized",
    "Connection Deletion Started",
    "Connection Update Started",
  ]);
  expect(heard.get("Connection Update Started")).toMatchObject({
    resources: [expect.stringContaining(":connection/told/")],
    detail: { ConnectionName: "told", Timestamp: "2024-01-01 00:00:00 +0000 UTC" },
  });
  expect(heard.get("API Destination Deactivated").detail.ApiDestinationName).toBe("d");
});

test("what is secret of a connection is a secret of the account, as long as the connection has it", async () => {
  const secrets = async (): Promise<readonly string[]> =>
    (await cloud.call("secretsmanager", "ListSecrets")).SecretList.map(
      ({ ARN, OwningService }: { ARN: string; OwningService: string }) => `${OwningService} ${ARN}`,
    );
  await cloud.call("events", "CreateConnection", { Name: "c", ...apiKey });
  const { SecretArn } = await cloud.call("events", "DescribeConnection", { Name: "c" });
  expect(SecretArn).toMatch(/:secret:events!connection\/c\/[-0-9a-f]{36}-[A-Za-z]{6}$/);
  expect(await secrets()).toEqual([`events ${SecretArn}`]);
  await cloud.call("events", "UpdateConnection", {
    Name: "c",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "louder" } },
  });
  await cloud.advance(120_000);
  expect(await secrets()).toEqual([`events ${SecretArn}`]);
  const { SecretString } = await cloud.call("secretsmanager", "GetSecretValue", { SecretId: SecretArn });
  expect(SecretString).toContain("louder");
  await cloud.call("events", "DeauthorizeConnection", { Name: "c" });
  await cloud.settle();
  expect(await secrets()).toEqual([]);
  await cloud.call("events", "UpdateConnection", { Name: "c", ...apiKey });
  const again = await cloud.call("events", "DescribeConnection", { Name: "c" });
  expect(await secrets()).toEqual([`events ${again.SecretArn}`]);
  await cloud.call("events", "DeleteConnection", { Name: "c" });
  await cloud.settle();
  expect(await secrets()).toEqual([]);
});

test("a secret of a creation that came to nothing does not stay", async () => {
  await Promise.allSettled(
    ["c", "c", "c"].map((Name) => cloud.call("events", "CreateConnection", { Name, ...apiKey })),
  );
  await cloud.advance(120_000);
  const { SecretList } = await cloud.call("secretsmanager", "ListSecrets");
  const { SecretArn } = await cloud.call("events", "DescribeConnection", { Name: "c" });
  expect(SecretList.map(({ ARN }: { ARN: string }) => ARN)).toEqual([SecretArn]);
});
