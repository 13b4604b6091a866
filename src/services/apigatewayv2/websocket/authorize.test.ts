// Who may connect: authorizers, signatures, API keys.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import apigateway from "../../apigateway/index.ts";
import { connected, ok, type SocketCloud, socketApi, socketCloud, uriOf } from "./testing/socket-cloud.ts";

let cloud: SocketCloud;
beforeEach(async () => {
  cloud = await socketCloud();
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
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
    const client = await connected(cloud, apiId, { query: "token=t" });
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
    await connected(cloud, apiId, { signer: "000000000000" });
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
    await connected(cloud, apiId, { headers });
  });
});
