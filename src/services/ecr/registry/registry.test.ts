// The registry API, as container tools use it.

import { expect, test } from "vitest";
import { rootPrincipal } from "../../../core/principal.ts";
import { mediaTypes } from "../images/manifest.ts";
import { type Asked, ask, digestOf, ecrCloud, manifestOf } from "../test-ecr.ts";
import { registryEndpoint } from "./endpoint.ts";
import { layerEndpoint } from "./layer-url.ts";

async function registry() {
  const ecr = await ecrCloud();
  const { call, cloud } = ecr;
  await call("CreateRepository", { repositoryName: "team/app" });
  const { authorizationData } = await call("GetAuthorizationToken");
  const authorization = `Basic ${authorizationData[0].authorizationToken}`;
  const get = (line: string, asked: Asked = {}) =>
    ask(cloud, registryEndpoint, line, { ...asked, headers: { authorization, ...asked.headers } });
  const pushLayer = (content: string) =>
    get(`POST /v2/team/app/blobs/uploads/?digest=${digestOf(content)}`, { body: content });
  const pushManifest = (tag: string, body: string) =>
    get(`PUT /v2/team/app/manifests/${tag}`, { body, headers: { "content-type": mediaTypes.image } });
  return { ...ecr, get, pushLayer, pushManifest, authorization };
}

test("whoever is not logged in is asked to, and a login ends after twelve hours", async () => {
  const { cloud, get } = await registry();
  const refused = await ask(cloud, registryEndpoint, "GET /v2/");
  expect(refused.status).toBe(401);
  expect(refused.headers["www-authenticate"]).toMatch(/^Basic realm=/);
  expect((await get("GET /v2/")).status).toBe(200);
  const forged = `Basic ${Buffer.from("AWS:e30.0000").toString("base64")}`;
  expect((await get("GET /v2/", { headers: { authorization: forged } })).status).toBe(401);
  await cloud.advance(12 * 3_600_000);
  expect((await get("GET /v2/")).status).toBe(401);
});

test("an image is pushed in pieces, and pulled", async () => {
  const { cloud, call, get, pushLayer, pushManifest } = await registry();
  const layer = "hello world";
  expect((await get(`HEAD /v2/team/app/blobs/${digestOf(layer)}`)).status).toBe(404);
  const begun = await get("POST /v2/team/app/blobs/uploads/?mount=sha256:0&from=other");
  expect(begun.status).toBe(202);
  const { location = "" } = begun.headers;
  const piece = (body: string, range: string) =>
    get(`PATCH ${location}`, { body, headers: { "content-range": range } });
  expect((await piece("hello ", "0-5")).headers["range"]).toBe("0-5");
  expect((await piece("world", "9-13")).status).toBe(416);
  expect((await get(`GET ${location}`)).headers["range"]).toBe("0-5");
  const done = await get(`PUT ${location}?digest=${digestOf(layer)}`, { body: "world" });
  expect(done).toMatchObject({ status: 201, headers: { "docker-content-digest": digestOf(layer) } });
  expect((await pushLayer("{}")).status).toBe(201);
  const manifest = manifestOf(layer);
  expect((await pushManifest("v1", manifest)).headers["docker-content-digest"]).toBe(digestOf(manifest));
  expect((await pushManifest("v1", manifest)).status).toBe(201);
  const pulled = await get("GET /v2/team/app/manifests/v1");
  expect(pulled).toMatchObject({
    status: 200,
    text: manifest,
    headers: { "content-type": mediaTypes.image },
  });
  expect((await get(`HEAD /v2/team/app/manifests/${digestOf(manifest)}`)).text).toBe("");
  const redirected = await get(`GET /v2/team/app/blobs/${digestOf(layer)}`);
  expect(redirected.status).toBe(307);
  const target = redirected.headers["location"] ?? "";
  const [, , registryId = "", region = "", repository = ""] = target.split("/");
  const labels = { registry: registryId, region, repository, digest: digestOf(layer) };
  const download = (line: string, headers = {}) => ask(cloud, layerEndpoint, line, { labels, headers });
  expect((await download(`GET ${target}`)).text).toBe(layer);
  expect(await download(`GET ${target}`, { range: "bytes=6-" })).toMatchObject({
    status: 206,
    text: "world",
  });
  expect((await download(`GET ${target}0`)).status).toBe(403);
  await cloud.advance(3_600_000);
  expect((await download(`GET ${target}`)).status).toBe(403);
  const { imageDetails } = await call("DescribeImages", { repositoryName: "team/app" });
  expect(imageDetails).toMatchObject([{ imageTags: ["v1"], imageSizeInBytes: 11 }]);
});

test("what is wrong is refused with the registry's codes", async () => {
  const { get, pushManifest, pushLayer } = await registry();
  const codeOf = async (answer: Promise<{ readonly text: string; readonly status: number }>) => {
    const { status, text } = await answer;
    return [status, JSON.parse(text).errors[0].code];
  };
  expect(await codeOf(get("POST /v2/none/blobs/uploads/"))).toEqual([404, "NAME_UNKNOWN"]);
  expect(await codeOf(get("GET /v2/team/app/manifests/none"))).toEqual([404, "MANIFEST_UNKNOWN"]);
  expect(await codeOf(pushManifest("v1", manifestOf("x")))).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
  expect(await codeOf(pushManifest("v1", "{"))).toEqual([400, "MANIFEST_INVALID"]);
  const wrong = `POST /v2/team/app/blobs/uploads/?digest=${digestOf("other")}`;
  expect(await codeOf(get(wrong, { body: "this" }))).toEqual([400, "DIGEST_INVALID"]);
  await pushLayer("x");
  await pushLayer("{}");
  expect(await codeOf(pushManifest(digestOf("no"), manifestOf("x")))).toEqual([400, "DIGEST_INVALID"]);
  expect((await get("PUT /v2/team/app/blobs/sha256:0")).status).toBe(405);
  expect(await codeOf(get("GET /v2/team/app"))).toEqual([404, "NAME_INVALID"]);
});

test("repositories, tags and referrers are listed in pages", async () => {
  const { call, get, push, pushManifest, upload } = await registry();
  await call("CreateRepository", { repositoryName: "base" });
  expect(JSON.parse((await get("GET /v2/_catalog")).text)).toEqual({ repositories: ["base", "team/app"] });
  const digest = await push("team/app", "one", "v1");
  await push("team/app", "two", "v2");
  const first = await get("GET /v2/team/app/tags/list?n=1");
  expect(JSON.parse(first.text)).toEqual({ name: "team/app", tags: ["v1"] });
  const next = /^<(.*)>; rel="next"$/.exec(first.headers["link"] ?? "")?.[1];
  const second = await get(`GET ${next}`);
  expect(JSON.parse(second.text).tags).toEqual(["v2"]);
  expect(second.headers["link"]).toBeUndefined();
  await upload("team/app", "signature");
  const subject = { mediaType: mediaTypes.image, digest, size: 1 };
  await pushManifest("sig", manifestOf("signature", { subject, artifactType: "application/x-signature" }));
  const referrers = JSON.parse((await get(`GET /v2/team/app/referrers/${digest}`)).text);
  expect(referrers.manifests).toMatchObject([{ artifactType: "application/x-signature" }]);
  expect((await get("DELETE /v2/team/app/manifests/v2")).status).toBe(202);
  expect((await get("GET /v2/team/app/manifests/v2")).status).toBe(404);
});

test("a virtual host names another registry, which its policies guard", async () => {
  const { cloud, get, push, call } = await registry();
  await push("team/app", "one", "v1");
  const other = cloud.as({ principal: rootPrincipal("111111111111") });
  const { authorizationData } = await other.call("ecr", "GetAuthorizationToken");
  const authorization = `Basic ${authorizationData[0].authorizationToken}`;
  const labels = { registry: "000000000000", region: "us-east-1" };
  const pull = () => get("GET /v2/team/app/manifests/v1", { labels, headers: { authorization } });
  expect((await pull()).status).toBe(403);
  const policyText = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:*" }],
  });
  await call("SetRepositoryPolicy", { repositoryName: "team/app", policyText });
  expect((await pull()).status).toBe(200);
});
