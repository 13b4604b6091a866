import { afterEach, beforeEach, expect, test } from "vitest";
import { DomainRecord } from "../../../gateway/domains/domain-name.ts";
import { domainEndpoint } from "./domain-endpoint.ts";
import { type ApiCloud, apiCloud, apiId, info, mock, place } from "./testing/deployed.ts";

let cloud: ApiCloud;
beforeEach(async () => {
  cloud = await apiCloud();
  await cloud.deploy({
    methods: {
      "GET /pets/{id}": mock(
        "$context.path $context.resourcePath $context.domainName $context.customDomain.basePathMatched",
      ),
    },
    api: { disableExecuteApiEndpoint: true },
  });
  await cloud.kernel.transact(place, info, async (tx) => {
    tx.put(DomainRecord, {
      ...place,
      name: "api.example.com",
      id: "",
      createdAt: 0,
      configurations: [],
      routingMode: "API_MAPPING_ONLY",
      mappings: [
        { mappingId: "m1", path: "shop", apiId, stage: "prod", kind: "rest" },
        { mappingId: "m2", path: "all", apiId, kind: "rest" },
      ],
      rules: [],
      tags: {},
    });
  });
});
afterEach(() => cloud.stop());

async function ask(path: string, domainName = "api.example.com"): Promise<string | undefined> {
  const { signal } = new AbortController();
  const request = {
    method: "GET",
    path,
    query: "",
    headers: {},
    rawHeaders: [],
    host: domainName,
    body: new Uint8Array(0),
    remoteAddress: "127.0.0.1",
    signal,
  };
  const identify = () => Promise.reject(new Error("nobody signs here"));
  const response = await cloud.kernel.serve(place, info, signal, (ctx) =>
    domainEndpoint.handle(request, { rest: path }, ctx, identify),
  );
  return response && `${response.status} ${Buffer.from(response.body as string)}`;
}

test("a mapping takes its base path off, and names the stage or leaves it to the path", async () => {
  expect(await ask("/shop/pets/1")).toBe("200 /shop/pets/1 /pets/{id} api.example.com shop");
  expect(await ask("/all/prod/pets/1")).toBe("200 /all/prod/pets/1 /pets/{id} api.example.com all");
});

test("what is not mapped is left to others, and a stage that is not there forbidden", async () => {
  expect(await ask("/other")).toBeUndefined();
  expect(await ask("/shop/pets/1", "other.example.com")).toBeUndefined();
  expect(await ask("/all/none/pets/1")).toBe('403 {"message":"Forbidden"}');
});

test("an API may be shut to those who do not come by its name", async () => {
  expect(await cloud.ask("/pets/1")).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
});
