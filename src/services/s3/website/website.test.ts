// What a bucket's website endpoint answers.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import type { HttpResponse } from "../../../core/http.ts";
import { anonymousPrincipal } from "../../../core/principal.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "www.example.org";
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
  await cloud.call("s3", "DeletePublicAccessBlock", { Bucket });
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  await cloud.call("s3", "PutBucketPolicy", { Bucket, Policy: JSON.stringify({ Statement: statement }) });
  await put("index.html", "home", { ContentType: "text/html" });
  await put("docs/index.html", "docs");
  await put("a b.txt", "spaced");
});
afterEach(() => cloud.stop());

const put = (Key: string, body: string, more: object = {}) =>
  cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from(body), ...more });
const configure = (WebsiteConfiguration: object) =>
  cloud.call("s3", "PutBucketWebsite", { Bucket, WebsiteConfiguration });
const usual = { IndexDocument: { Suffix: "index.html" } };

async function visit(
  path: string,
  {
    method = "GET",
    bucket = Bucket,
    headers = {},
  }: { method?: string; bucket?: string; headers?: object } = {},
) {
  const signal = new AbortController().signal;
  const host = `${bucket}.s3-website-us-east-1.localhost`;
  const info = { requestId: "r", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  const place = { account: "000000000000", region: "us-east-1" };
  const request = {
    method,
    path,
    query: "",
    headers: { host: `${host}:4566`, ...headers } as Record<string, string>,
    rawHeaders: [],
    host,
    body: new Uint8Array(),
    remoteAddress: "127.0.0.1",
    signal,
  };
  return cloud.kernel.serve(place, info, signal, async (ctx) => {
    const labels = { bucket, region: "us-east-1", rest: path };
    const handle = s3.endpoints![0]!.handle;
    const response = await handle(request, labels, ctx, () => Promise.reject(new Error("unsigned")));
    return { ...response!, text: await textOf(response!.body) };
  });
}

async function textOf(body: HttpResponse["body"]): Promise<string> {
  if (body === undefined || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test("folders answer with their index, and without their slash lead to it", async () => {
  await configure(usual);
  expect(await visit("/")).toMatchObject({
    status: 200,
    text: "home",
    headers: { "content-type": "text/html" },
  });
  expect(await visit("/docs/")).toMatchObject({ status: 200, text: "docs" });
  expect(await visit("/docs")).toMatchObject({ status: 302, headers: { location: "/docs/" } });
  expect(await visit("/a%20b.txt")).toMatchObject({ status: 200, text: "spaced" });
  expect(await visit("/a%20b.txt", { method: "HEAD" })).toMatchObject({
    status: 200,
    text: "",
    headers: { "content-length": "6" },
  });
});

test("ranges and conditions are served", async () => {
  await configure(usual);
  expect(await visit("/", { headers: { range: "bytes=0-1" } })).toMatchObject({ status: 206, text: "ho" });
  const { headers } = await visit("/");
  expect((await visit("/", { headers: { "if-none-match": headers.etag } })).status).toBe(304);
});

describe("errors", () => {
  test("are pages", async () => {
    await configure(usual);
    const { status, text, headers } = await visit("/none<b>");
    expect(status).toBe(403);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(text).toContain(
      "<h1>403 Forbidden</h1>\n<ul>\n<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>",
    );
  });

  test("tell of the key where the bucket may be listed", async () => {
    await configure(usual);
    const Policy = JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject", "s3:ListBucket"],
        Resource: [`arn:aws:s3:::${Bucket}/*`, `arn:aws:s3:::${Bucket}`],
      },
    });
    await cloud.call("s3", "PutBucketPolicy", { Bucket, Policy });
    const { status, text, headers } = await visit("/none%3Cb%3E");
    expect([status, headers["x-amz-error-code"]]).toEqual([404, "NoSuchKey"]);
    expect(text).toContain("<li>Key: none&lt;b&gt;</li>");
  });

  test("are told by the website's own document, with their status", async () => {
    await configure({ ...usual, ErrorDocument: { Key: "error.html" } });
    expect((await visit("/none")).text).toContain(
      "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>",
    );
    await put("error.html", "sorry");
    expect(await visit("/none")).toMatchObject({ status: 403, text: "sorry" });
  });

  test("of the endpoint itself", async () => {
    expect((await visit("/")).text).toContain("Code: NoSuchWebsiteConfiguration");
    expect((await visit("/", { bucket: "none" })).text).toContain("Code: NoSuchBucket");
    expect((await visit("/", { method: "PUT" })).status).toBe(405);
  });
});

describe("redirections", () => {
  test("of everything", async () => {
    await configure({ RedirectAllRequestsTo: { HostName: "example.com", Protocol: "https" } });
    expect(await visit("/a/b")).toMatchObject({
      status: 301,
      headers: { location: "https://example.com/a/b" },
    });
  });

  test("of an object", async () => {
    await configure(usual);
    await put("old", "", { WebsiteRedirectLocation: "/new" });
    expect(await visit("/old")).toMatchObject({ status: 301, headers: { location: "/new" } });
  });

  test("by the beginning of the key, and by error", async () => {
    await configure({
      ...usual,
      RoutingRules: [
        { Condition: { KeyPrefixEquals: "docs/" }, Redirect: { ReplaceKeyPrefixWith: "documents/" } },
        {
          Condition: { HttpErrorCodeReturnedEquals: "403" },
          Redirect: { HostName: "example.com", HttpRedirectCode: "302", ReplaceKeyWith: "gone" },
        },
      ],
    });
    const host = `http://${Bucket}.s3-website-us-east-1.localhost:4566`;
    expect(await visit("/docs/x")).toMatchObject({
      status: 301,
      headers: { location: `${host}/documents/x` },
    });
    expect(await visit("/none")).toMatchObject({
      status: 302,
      headers: { location: "http://example.com/gone" },
    });
    expect((await visit("/")).status).toBe(200);
  });
});

test.each([
  [{}, "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"],
  [{ IndexDocument: { Suffix: "a/b" } }, "The IndexDocument Suffix is not well formed"],
  [
    { ...usual, RedirectAllRequestsTo: { HostName: "x" } },
    "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
  ],
  [
    { ...usual, RoutingRules: [{ Redirect: { ReplaceKeyWith: "a", ReplaceKeyPrefixWith: "b" } }] },
    "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
  ],
])("%j is refused", async (configuration, message) => {
  const fault = await configure(configuration).catch((error: Fault) => error);
  expect(fault.message).toBe(message);
});
