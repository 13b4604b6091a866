import { afterEach, beforeEach, expect, test } from "vitest";
import type { StageState } from "../deployments/stage.ts";
import { type ApiCloud, apiCloud, apiId } from "./testing/deployed.ts";
import { fakeLambda, functionUri } from "./testing/fake-lambda.ts";

let cloud: ApiCloud;
let asked: number;
beforeEach(() => {
  asked = 0;
});
afterEach(() => cloud.stop());

async function deploy(settings: object, stage: Partial<StageState> = {}): Promise<void> {
  cloud = await apiCloud([
    fakeLambda(({ httpMethod }) => ({ statusCode: 200, body: `${httpMethod} ${++asked}` })),
  ]);
  const methodIntegration = {
    type: "AWS_PROXY" as const,
    httpMethod: "POST",
    uri: functionUri,
    cacheKeyParameters: ["method.request.path.id"],
    cacheNamespace: "n",
  };
  await cloud.deploy({
    methods: { "GET /{id}": { methodIntegration }, "POST /{id}": { methodIntegration } },
    stage: {
      cacheClusterEnabled: true,
      methodSettings: { "*/*": { cachingEnabled: true, ...settings } },
      ...stage,
    },
  });
}

const get = async (path: string, headers = {}): Promise<string> => (await cloud.ask(path, { headers })).text;

test("an answer is given again for the same cache keys, until it is too old", async () => {
  await deploy({ cacheTtlInSeconds: 60 });
  expect([await get("/a"), await get("/a"), await get("/b")]).toEqual(["GET 1", "GET 1", "GET 2"]);
  expect((await cloud.ask("/a", { method: "POST" })).text).toBe("POST 3");
  await cloud.advance(60_000);
  expect(await get("/a")).toBe("GET 4");
});

test("flushing forgets all of the stage's answers", async () => {
  await deploy({});
  expect(await get("/a")).toBe("GET 1");
  await cloud.call("apigateway", "FlushStageCache", { restApiId: apiId, stageName: "prod" });
  expect(await get("/a")).toBe("GET 2");
});

test("without a cluster nothing is kept", async () => {
  await deploy({}, { cacheClusterEnabled: false });
  expect([await get("/a"), await get("/a")]).toEqual(["GET 1", "GET 2"]);
});

test("a client may ask for a fresh answer where that is open to all", async () => {
  const fresh = { "Cache-Control": "max-age=0" };
  await deploy({ requireAuthorizationForCacheControl: false });
  expect([await get("/a"), await get("/a", fresh), await get("/a")]).toEqual(["GET 1", "GET 2", "GET 2"]);
  await cloud.stop();
  asked = 0;
  await deploy({ requireAuthorizationForCacheControl: true });
  await get("/a");
  const { text, headers } = await cloud.ask("/a", { headers: fresh });
  expect([text, headers.warning]).toEqual([
    "GET 1",
    "199 Cache-control headers were ignored because the caller was unauthorized.",
  ]);
  await cloud.stop();
  await deploy({ unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403" });
  expect((await cloud.ask("/a", { headers: fresh })).status).toBe(403);
});
