// The JavaScript client that GetSdk writes, run as a page runs it.

import { createContext, runInContext } from "node:vm";
import { afterEach, beforeEach, expect, test } from "vitest";
import yauzl from "yauzl";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import apigateway from "../index.ts";
import { methodName } from "./javascript.ts";

let cloud: TestCloud;
let restApiId: string;
const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
  const api = await call("CreateRestApi", { name: "pets" });
  restApiId = api.id;
  const pets = await call("CreateResource", { restApiId, parentId: api.rootResourceId, pathPart: "pets" });
  const pet = await call("CreateResource", { restApiId, parentId: pets.id, pathPart: "{petId}" });
  for (const [resourceId, httpMethod, authorizationType] of [
    [pet.id, "GET", "AWS_IAM"],
    [pets.id, "POST", "NONE"],
  ]) {
    await call("PutMethod", {
      restApiId,
      resourceId,
      httpMethod,
      authorizationType,
      requestParameters: { "method.request.querystring.size": false, "method.request.header.x-own": false },
    });
    await call("PutIntegration", { restApiId, resourceId, httpMethod, type: "MOCK" });
  }
  await call("CreateDeployment", { restApiId, stageName: "live" });
});
afterEach(() => cloud.stop());

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

type Client = Record<string, (params?: object, body?: unknown, additional?: object) => Promise<unknown>>;

/** The client of the zip file, in a world whose `fetch` remembers. */
async function client(
  config: object,
  status = 200,
): Promise<{ readonly sdk: Client; readonly sent: Sent[] }> {
  const { body, contentDisposition } = await call("GetSdk", {
    restApiId,
    stageName: "live",
    sdkType: "javascript",
  });
  expect(contentDisposition).toMatch(/^attachment; filename="javascript_.*\.zip"$/);
  const sent: Sent[] = [];
  const module: { exports?: { newClient(config: object): Client } } = {};
  const fetch = async (url: URL, options: Omit<Sent, "url">) => {
    sent.push({ ...options, url: url.href });
    return {
      ok: status < 300,
      status,
      statusText: "",
      text: async () => '{"a":1}',
      headers: new Map([["x", "y"]]),
    };
  };
  const world = { module, fetch, URL, TextEncoder, crypto: globalThis.crypto, Uint8Array, Date };
  runInContext(await onlyFile(body), createContext(world));
  return { sdk: module.exports!.newClient(config), sent };
}

function onlyFile(zip: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(zip), (error, file) => {
      if (error) return reject(error);
      file.on("entry", (entry) => {
        file.openReadStream(entry, async (failure, stream) => {
          if (failure) return reject(failure);
          const chunks: Buffer[] = [];
          for await (const chunk of stream) chunks.push(chunk as Buffer);
          resolve(Buffer.concat(chunks).toString());
        });
      });
    });
  });
}

test("fills in paths, queries, headers, keys and bodies", async () => {
  const { sdk, sent } = await client({ apiKey: "k" });
  const answer = await sdk.petsPost!(
    { size: "2 m", "x-own": "h" },
    { name: "Rex" },
    { queryParams: { more: 1 } },
  );
  expect(answer).toEqual({ status: 200, statusText: "", data: { a: 1 }, headers: { x: "y" } });
  const base = `http://${restApiId}.execute-api.us-east-1.localhost:4566/live`;
  expect(sent).toEqual([
    {
      url: `${base}/pets?more=1&size=2+m`,
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "x-api-key": "k",
        "x-own": "h",
      },
      body: '{"name":"Rex"}',
    },
  ]);
  await sdk.petsPetIdGet!({ petId: "a/b" });
  expect(sent[1]?.url).toBe(`${base}/pets/a%2Fb`);
  await expect(sdk.petsPetIdGet!({})).rejects.toThrow("petId is missing");
});

test("signs where the method asks for it, and throws what is no success", async () => {
  const { sdk, sent } = await client({ accessKey: "AKID", secretKey: "s", sessionToken: "t" }, 403);
  await expect(sdk.petsPetIdGet!({ petId: "7" })).rejects.toMatchObject({ response: { status: 403 } });
  expect(sent[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/execute-api\/aws4_request, SignedHeaders=accept;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
});

test.each([
  ["/", "GET", "rootGet"],
  ["/pets/{petId}", "GET", "petsPetIdGet"],
  ["/a-b/{rest+}", "ANY", "aBRestAny"],
  ["/2/x", "PUT", "_2XPut"],
])("%s %s is %s", (path, verb, name) => {
  expect(methodName(path, verb)).toBe(name);
});

test("other types are known, and not written", async () => {
  expect((await call("GetSdkTypes")).items.map(({ id }: { id: string }) => id)).toContain("swift");
  expect(await call("GetSdkType", { id: "javascript" })).toMatchObject({ configurationProperties: [] });
  await expect(call("GetSdkType", { id: "cobol" })).rejects.toMatchObject({ code: "NotFoundException" });
  const of = (sdkType: string, parameters: object = {}) =>
    call("GetSdk", { restApiId, stageName: "live", sdkType, parameters });
  await expect(of("cobol")).rejects.toThrow("No SDK generator found");
  await expect(of("swift")).rejects.toThrow("Missing required parameter: classPrefix");
  await expect(of("swift", { classPrefix: "P" })).rejects.toMatchObject({ code: "NotImplemented" });
});
