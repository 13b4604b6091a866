import { afterEach, describe, expect, test } from "vitest";
import { anonymousPrincipal, rootPrincipal } from "../../../core/principal.ts";
import type { AuthorizerState } from "../apis/parts.ts";
import type { MethodState } from "../apis/resource.ts";
import { ApiKeyRecord } from "../usage/api-key.ts";
import { UsagePlanKeyRecord, UsagePlanRecord, type UsagePlanState } from "../usage/usage-plan.ts";
import { type ApiCloud, apiCloud, apiId, mock, someone } from "./testing/deployed.ts";
import { type FakeFunction, fakeLambda, functionUri } from "./testing/fake-lambda.ts";

let cloud: ApiCloud;
afterEach(() => cloud.stop());

const arn = (path: string) => `arn:aws:execute-api:us-east-1:000000000000:${apiId}/prod/GET${path}`;
const policy = (Effect: string, Resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect, Action: "execute-api:Invoke", Resource }],
});

describe("AWS_IAM", () => {
  const method = mock("$context.identity.userArn $context.identity.accountId", {
    authorizationType: "AWS_IAM",
  });
  const signed = { headers: { Authorization: "AWS4-HMAC-SHA256 ..." } };

  test("knows who signed the request", async () => {
    cloud = await apiCloud();
    await cloud.deploy({ methods: { "GET /": method } });
    expect((await cloud.ask("/", { ...signed, caller: someone })).text).toBe(
      "arn:aws:iam::000000000000:root 000000000000",
    );
  });

  test("refuses who did not", async () => {
    cloud = await apiCloud();
    await cloud.deploy({ methods: { "GET /": method } });
    expect(await cloud.ask("/")).toMatchObject({
      status: 403,
      text: '{"message":"Missing Authentication Token"}',
    });
  });

  test("another account needs the API's policy", async () => {
    cloud = await apiCloud();
    await cloud.deploy({ methods: { "GET /": method } });
    const asked = { ...signed, caller: rootPrincipal("111111111111") };
    const { status, text } = await cloud.ask("/", asked);
    expect([status, text]).toEqual([
      403,
      `{"Message":"User: arn:aws:iam::111111111111:root is not authorized to perform: execute-api:Invoke on resource: ${arn("/").replace("000000000000", "********0000")}"}`,
    ]);
    const statement = {
      ...policy("Allow", "execute-api:/*").Statement[0]!,
      Principal: { AWS: "111111111111" },
    };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await cloud.stop();
    cloud = await apiCloud();
    await cloud.deploy({ methods: { "GET /": method }, api: { policy: document } });
    expect((await cloud.ask("/", asked)).status).toBe(200);
  });
});

test("a resource policy decides about those who show nothing", async () => {
  const statements = [
    { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/prod/GET/open" },
    { Effect: "Deny", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*/*/shut" },
  ];
  cloud = await apiCloud();
  await cloud.deploy({
    methods: { "GET /{proxy+}": mock("x") },
    api: { policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) },
  });
  expect((await cloud.ask("/open")).status).toBe(200);
  const masked = (path: string) => arn(path).replace("000000000000", "********0000");
  const refusal = "User: anonymous is not authorized to perform: execute-api:Invoke on resource:";
  expect((await cloud.ask("/other")).json).toEqual({ Message: `${refusal} ${masked("/other")}` });
  expect((await cloud.ask("/shut")).json).toEqual({
    Message: `${refusal} ${masked("/shut")} with an explicit deny`,
  });
});

describe("Lambda authorizers", () => {
  const deploy = async (
    run: FakeFunction,
    authorizer: Partial<AuthorizerState> = {},
    more: Partial<MethodState> = {},
  ) => {
    cloud = await apiCloud([fakeLambda(run)]);
    const template = "$context.authorizer.principalId $context.authorizer.level";
    await cloud.deploy({
      methods: {
        "GET /{proxy+}": mock(template, { authorizationType: "CUSTOM", authorizerId: "a1", ...more }),
      },
      snapshot: {
        authorizers: [
          {
            apiId,
            id: "a1",
            name: "auth",
            type: "TOKEN",
            authorizerUri: functionUri,
            identitySource: "method.request.header.Authorization",
            ...authorizer,
          },
        ],
      },
    });
  };
  const allow = { principalId: "ann", policyDocument: policy("Allow", "*"), context: { level: 3 } };
  const token = { headers: { Authorization: "let me in" } };

  test("a token goes to the function, and its context to the method", async () => {
    const events: unknown[] = [];
    await deploy((event) => {
      events.push(event);
      return allow;
    });
    expect(await cloud.ask("/a/b", token)).toMatchObject({ status: 200, text: "ann 3" });
    expect(events).toEqual([{ type: "TOKEN", methodArn: arn("/a/b"), authorizationToken: "let me in" }]);
  });

  test("an answer is remembered for its token, as long as it says", async () => {
    let asked = 0;
    await deploy(
      () => {
        asked++;
        return { ...allow, policyDocument: policy("Allow", arn("/a")) };
      },
      { authorizerResultTtlInSeconds: 60 },
    );
    expect((await cloud.ask("/a", token)).status).toBe(200);
    const other = await cloud.ask("/b", token);
    expect([other.status, other.json]).toEqual([
      403,
      { Message: "User is not authorized to access this resource" },
    ]);
    expect(asked).toBe(1);
    await cloud.advance(60_000);
    await cloud.ask("/a", token);
    await cloud.ask("/a", { headers: { Authorization: "someone else" } });
    expect(asked).toBe(3);
  });

  test("without a token, or with one of another form, nobody is asked", async () => {
    await deploy(() => allow, { identityValidationExpression: "Bearer .+" });
    for (const asked of [{}, token]) {
      expect(await cloud.ask("/", asked)).toMatchObject({ status: 403 });
      expect(await cloud.ask("/x", asked)).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    }
    expect((await cloud.ask("/x", { headers: { Authorization: "Bearer t" } })).status).toBe(200);
  });

  test.each([
    [
      "a denial",
      () => ({ ...allow, policyDocument: policy("Deny", "*") }),
      403,
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    ["no policy", () => ({ principalId: "ann" }), 500, '{"message":null}'],
    ["a context that is not plain", () => ({ ...allow, context: { a: {} } }), 500, '{"message":null}'],
    [
      "Unauthorized",
      () => {
        throw new Error("Unauthorized");
      },
      401,
      '{"message":"Unauthorized"}',
    ],
    [
      "any other error",
      () => {
        throw new Error("boom");
      },
      500,
      '{"message":null}',
    ],
  ])("%s is answered", async (_what, run, status, text) => {
    await deploy(run);
    expect(await cloud.ask("/x", token)).toMatchObject({ status, text });
  });

  test("a request goes to the function with all its parts", async () => {
    const events: Record<string, unknown>[] = [];
    await deploy(
      (event) => {
        events.push(event);
        return allow;
      },
      { type: "REQUEST", identitySource: "method.request.querystring.who, stageVariables.none" },
    );
    expect((await cloud.ask("/x", { query: "who=ann" })).status).toBe(401);
    await cloud.stop();
    await deploy(
      (event) => {
        events.push(event);
        return allow;
      },
      { type: "REQUEST", identitySource: "method.request.querystring.who" },
    );
    expect((await cloud.ask("/x", { query: "who=ann" })).status).toBe(200);
    expect(events).toMatchObject([
      {
        type: "REQUEST",
        methodArn: arn("/x"),
        resource: "/{proxy+}",
        path: "/x",
        httpMethod: "GET",
        queryStringParameters: { who: "ann" },
        pathParameters: { proxy: "x" },
        stageVariables: {},
        requestContext: { stage: "prod", apiId },
      },
    ]);
  });
});

test("user pools are refused by name", async () => {
  cloud = await apiCloud();
  await cloud.deploy({ methods: { "GET /": mock("x", { authorizationType: "COGNITO_USER_POOLS" }) } });
  expect((await cloud.ask("/")).status).toBe(401);
  await expect(cloud.ask("/", { headers: { Authorization: "t" } })).rejects.toMatchObject({
    code: "NotImplemented",
  });
});

describe("API keys and limits", () => {
  const deploy = async (plan: Partial<UsagePlanState>) => {
    cloud = await apiCloud();
    await cloud.deploy({
      methods: { "GET /": mock("$context.identity.apiKeyId", { apiKeyRequired: true }) },
    });
    const info = {
      requestId: "r",
      principal: anonymousPrincipal(),
      endpoint: "",
      sourceIp: "",
      userAgent: "",
    };
    await cloud.kernel.transact({ account: "000000000000", region: "us-east-1" }, info, async (tx) => {
      const dates = { createdDate: 0, lastUpdatedDate: 0 };
      tx.put(ApiKeyRecord, { id: "k1", value: "secret", enabled: true, stageKeys: [], ...dates });
      tx.put(ApiKeyRecord, { id: "k2", value: "planless", enabled: true, stageKeys: [], ...dates });
      tx.put(ApiKeyRecord, { id: "k3", value: "disabled", enabled: false, stageKeys: [], ...dates });
      tx.put(UsagePlanRecord, { id: "p1", name: "plan", apiStages: [{ apiId, stage: "prod" }], ...plan });
      for (const keyId of ["k1", "k3"]) tx.put(UsagePlanKeyRecord, { planId: "p1", keyId });
    });
  };
  const withKey = (value: string) => cloud.ask("/", { headers: { "X-API-Key": value } });

  test("a method that wants a key takes one of a plan for its stage", async () => {
    await deploy({});
    expect(await withKey("secret")).toMatchObject({ status: 200, text: "k1" });
    for (const value of ["", "unknown", "planless", "disabled"]) {
      expect(await withKey(value)).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    }
  });

  test("a quota lasts for its period", async () => {
    await deploy({ quota: { limit: 2, period: "DAY", offset: 0 } });
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await withKey("secret")).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await withKey("secret")).text).toBe('{"message":"Limit Exceeded"}');
    await cloud.advance(86_400_000);
    expect((await withKey("secret")).status).toBe(200);
  });

  test("a plan's throttle lets through a burst, and then its rate", async () => {
    await deploy({ throttle: { burstLimit: 2, rateLimit: 1 } });
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await withKey("secret")).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await withKey("secret")).text).toBe('{"message":"Too Many Requests"}');
    await cloud.advance(1000);
    expect((await withKey("secret")).status).toBe(200);
  });
});

test("a stage's method is throttled for all", async () => {
  cloud = await apiCloud();
  const methodSettings = { "*/*": { throttlingBurstLimit: 1, throttlingRateLimit: 1 } };
  await cloud.deploy({ methods: { "GET /": mock("x"), "GET /b": mock("x") }, stage: { methodSettings } });
  expect((await cloud.ask("/")).status).toBe(200);
  expect((await cloud.ask("/")).status).toBe(429);
  expect((await cloud.ask("/b")).status).toBe(200);
});

describe("request validators", () => {
  const deploy = async () => {
    cloud = await apiCloud();
    const model = (name: string, schema: object) => ({
      apiId,
      id: name,
      name,
      contentType: "application/json",
      schema: JSON.stringify(schema),
    });
    await cloud.deploy({
      methods: {
        "POST /": mock("ok", {
          requestValidatorId: "v1",
          requestParameters: { "method.request.querystring.q": true, "method.request.header.H": false },
          requestModels: { "application/json": "Pet" },
        }),
      },
      snapshot: {
        requestValidators: [
          { apiId, id: "v1", name: "all", validateRequestBody: true, validateRequestParameters: true },
        ],
        models: [
          model("Name", { type: "string", minLength: 2 }),
          model("Pet", {
            $schema: "http://json-schema.org/draft-04/schema#",
            id: "mine",
            type: "object",
            required: ["name"],
            properties: {
              name: { $ref: `https://apigateway.amazonaws.com/restapis/${apiId}/models/Name` },
              age: { type: "integer", minimum: 0, exclusiveMinimum: true },
            },
          }),
        ],
        gatewayResponses: [
          {
            apiId,
            responseType: "BAD_REQUEST_BODY",
            responseTemplates: {
              "application/json":
                '{"m":$context.error.messageString,"why":"$context.error.validationErrorString"}',
            },
          },
        ],
      },
    });
  };
  const post = (body: string, query = "q=1") => cloud.ask("/", { method: "POST", body, query });

  test("name the parameters that are missing", async () => {
    await deploy();
    expect(await post('{"name":"Rex"}')).toMatchObject({ status: 200 });
    expect(await post("{}", "q=")).toMatchObject({
      status: 400,
      text: '{"message":"Missing required request parameters: [q]"}',
    });
  });

  test.each([
    ["{}", 'object has missing required properties (["name"])'],
    ['{"name":1}', 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])'],
    ['{"name":"R"}', 'string "R" is too short (length: 1, required minimum: 2)'],
    ["{", "Unable to parse body as JSON"],
    ["", 'instance type (null) does not match any allowed primitive type (allowed: ["object"])'],
  ])("refuse %s", async (body, why) => {
    await deploy();
    const { status, text } = await post(body);
    expect(status).toBe(400);
    expect(text).toBe(`{"m":"Invalid request body","why":"[${why}]"}`);
  });

  test("know draft 4's exclusive bounds", async () => {
    await deploy();
    expect((await post('{"name":"Rex","age":0}')).status).toBe(400);
    expect((await post('{"name":"Rex","age":1}')).status).toBe(200);
  });
});
