import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { WebRequest, WebResponse } from "../../../../core/ports/web.ts";
import type { FakeFunction } from "../../../lambda/testing/fake-function-host.ts";
import { type HttpCloud, httpCloud } from "../../testing/http-cloud.ts";

const issuer = "https://issuer.example/pool";
const now = Date.UTC(2024, 0, 1) / 1000;
const functionUri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:guard/invocations";

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: typeof keys;
beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  others = await generateKeyPair("RS256");
});

let cloud: HttpCloud;
afterEach(() => cloud.stop());

/** Makes `GET /a` of a new API ask that authorizer. */
async function guarded(authorizer: object, route: object): Promise<string> {
  const ApiId = await cloud.serve(["GET /a", "GET /b"]);
  const { AuthorizerId } = await cloud.api("CreateAuthorizer", { ApiId, Name: "guard", ...authorizer });
  const { Items } = await cloud.api("GetRoutes", { ApiId });
  for (const { RouteId } of Items) await cloud.api("UpdateRoute", { ApiId, RouteId, AuthorizerId, ...route });
  return ApiId;
}

describe("JWT authorizers", () => {
  let asked: string[];

  async function start(scopes: readonly string[] = []): Promise<string> {
    asked = [];
    const web = async ({ url }: WebRequest): Promise<WebResponse> => {
      asked.push(url);
      const found =
        url === `${issuer}/.well-known/openid-configuration`
          ? { issuer, jwks_uri: `${issuer}/keys` }
          : url === `${issuer}/keys`
            ? { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "one" }] }
            : undefined;
      return {
        status: found === undefined ? 404 : 200,
        headers: {},
        body: Buffer.from(JSON.stringify(found ?? {})),
      };
    };
    cloud = await httpCloud({ "index.handler": ({ event }) => event }, [], { web });
    return guarded(
      {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: issuer, Audience: ["app"] },
      },
      { AuthorizationType: "JWT", AuthorizationScopes: scopes },
    );
  }

  const token = (claims: object = {}, key = keys.privateKey, header: object = {}) =>
    new SignJWT({ iss: issuer, aud: "app", iat: now - 10, exp: now + 60, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "one", ...header })
      .sign(key);
  const ask = async (apiId: string, authorization?: string) =>
    cloud.ask(apiId, { path: "/a", headers: authorization === undefined ? {} : { authorization } });

  it("let in a token of the issuer, and tell the function its claims as texts", async () => {
    const apiId = await start();
    const groups = ["x", "y"];
    const response = await ask(apiId, `Bearer ${await token({ sub: "ann", groups, admin: true })}`);
    expect(response.status).toBe(200);
    expect(JSON.parse(response.text).requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer,
          aud: "app",
          iat: String(now - 10),
          exp: String(now + 60),
          sub: "ann",
          groups: "[x y]",
          admin: "true",
        },
        scopes: null,
      },
    });
  });

  it("take a token without Bearer, and a client_id in place of an audience", async () => {
    const apiId = await start();
    expect((await ask(apiId, await token({ aud: undefined, client_id: "app" }))).status).toBe(200);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ["no token", async () => undefined],
    ["what is no token", async () => "Bearer nonsense"],
    ["another key's signature", () => token({}, others.privateKey)],
    ["a key that the issuer does not know", () => token({}, keys.privateKey, { kid: "two" })],
    ["another issuer", () => token({ iss: "https://evil.example" })],
    ["another audience", () => token({ aud: ["x", "y"] })],
    ["no audience", () => token({ aud: undefined })],
    ["a token that has expired", () => token({ exp: now })],
    ["a token without an end", () => token({ exp: undefined })],
    ["a token that is not yet good", () => token({ nbf: now + 1 })],
    ["a token from the future", () => token({ iat: now + 1 })],
    [
      "a token that nobody signed",
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return `${part({ alg: "none", kid: "one" })}.${part({ iss: issuer, aud: "app", exp: now + 60 })}.`;
      },
    ],
  ])("refuse %s", async (_name, make) => {
    const apiId = await start();
    const response = await ask(apiId, await make());
    expect(response).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(response.headers["www-authenticate"]).toMatch(/^Bearer/);
    expect(cloud.host.calls).toHaveLength(0);
  });

  it("ask for one of the route's scopes", async () => {
    const apiId = await start(["read", "write"]);
    expect(await ask(apiId, await token({ scope: "other" }))).toMatchObject({
      status: 403,
      text: '{"message":"Forbidden"}',
    });
    const response = await ask(apiId, await token({ scope: "openid read" }));
    expect(JSON.parse(response.text).requestContext.authorizer.jwt.scopes).toEqual(["openid", "read"]);
    expect((await ask(apiId, await token({ scp: ["write"] }))).status).toBe(200);
  });

  it("ask the issuer once for its keys, and again after two hours or for a new key", async () => {
    const apiId = await start();
    const long = await token({ exp: now + 100_000 });
    await ask(apiId, long);
    await ask(apiId, long);
    expect(asked).toHaveLength(2);
    const unknown = await token({}, keys.privateKey, { kid: "two" });
    await ask(apiId, unknown);
    expect(asked).toHaveLength(2);
    await cloud.advance(31_000);
    await ask(apiId, unknown);
    expect(asked).toHaveLength(4);
    await cloud.advance(7_200_000);
    await ask(apiId, long);
    expect(asked).toHaveLength(6);
  });
});

describe("Lambda authorizers", () => {
  async function start(guard: FakeFunction, settings: object = {}): Promise<string> {
    cloud = await httpCloud({ "index.handler": ({ event }) => event, "index.guard": guard });
    await cloud.create("guard", { Handler: "index.guard" });
    return guarded(
      {
        AuthorizerType: "REQUEST",
        AuthorizerUri: functionUri,
        AuthorizerPayloadFormatVersion: "2.0",
        IdentitySource: ["$request.header.x-key"],
        EnableSimpleResponses: true,
        ...settings,
      },
      { AuthorizationType: "CUSTOM" },
    );
  }
  const ask = (apiId: string, key?: string, path = "/a") =>
    cloud.ask(apiId, { path, headers: key === undefined ? {} : { "x-key": key } });
  const guardCalls = () => cloud.host.calls.filter(({ spec }) => spec.handler === "index.guard");

  it("are asked with the request, and their context reaches the function", async () => {
    const apiId = await start(() => ({ isAuthorized: true, context: { user: "ann", level: 3 } }));
    const response = await ask(apiId, "k");
    expect(JSON.parse(response.text).requestContext.authorizer).toEqual({
      lambda: { user: "ann", level: 3 },
    });
    expect(guardCalls()[0]!.event).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/a`,
      identitySource: ["k"],
      routeKey: "GET /a",
      rawPath: "/a",
      requestContext: { apiId, http: { method: "GET" } },
    });
    expect(guardCalls()[0]!.event).not.toHaveProperty("body");
  });

  it("are not asked without an identity", async () => {
    const apiId = await start(() => ({ isAuthorized: true }));
    expect(await ask(apiId)).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(cloud.host.calls).toHaveLength(0);
  });

  it.each([
    ["a no is Forbidden", () => ({ isAuthorized: false }), 403],
    ["what is neither yes nor no is an error", () => ({}), 500],
    [
      "a failure is an error",
      () => {
        throw new Error("no");
      },
      500,
    ],
  ])("%s", async (_name, guard, status) => {
    expect((await ask(await start(guard), "k")).status).toBe(status);
  });

  it("answers are kept by identity for as long as the authorizer says", async () => {
    const apiId = await start(() => ({ isAuthorized: true }), { AuthorizerResultTtlInSeconds: 10 });
    await ask(apiId, "k");
    await ask(apiId, "k", "/b");
    expect(guardCalls()).toHaveLength(1);
    await ask(apiId, "other");
    expect(guardCalls()).toHaveLength(2);
    await cloud.advance(10_000);
    await ask(apiId, "k");
    expect(guardCalls()).toHaveLength(3);
    await cloud.advance(1);
    await cloud.api("ResetAuthorizersCache", { ApiId: apiId, StageName: "$default" });
    await ask(apiId, "k");
    expect(guardCalls()).toHaveLength(4);
  });

  it("a policy is held against each request, also one that was kept", async () => {
    const apiId = await start(
      () => ({
        principalId: "ann",
        policyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Action: "execute-api:Invoke", Effect: "Allow", Resource: "arn:aws:execute-api:*:*:*/*/GET/a" },
          ],
        },
        context: { user: "ann" },
      }),
      { EnableSimpleResponses: false, AuthorizerPayloadFormatVersion: "1.0" },
    );
    const allowed = await ask(apiId, "k");
    expect(allowed.status).toBe(200);
    expect(JSON.parse(allowed.text).requestContext.authorizer.lambda).toEqual({ user: "ann" });
    expect(await ask(apiId, "k", "/b")).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(guardCalls()).toHaveLength(1);
    expect(guardCalls()[0]!.event).toMatchObject({
      version: "1.0",
      type: "REQUEST",
      methodArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/a`,
      identitySource: "k",
      authorizationToken: "k",
      httpMethod: "GET",
      resource: "/a",
    });
  });
});
