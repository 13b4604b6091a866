// Website hosting: what a bucket's website endpoint answers to browsers, who are
// nobody in particular
// (docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html).

import { hostId } from "../../../base/host-id.ts";
import { Fault } from "../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import { anonymousPrincipal } from "../../../core/principal.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { WebsiteConfiguration } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { crossOrigin } from "../cors/rules.ts";
import { s3Fault } from "../faults.ts";
import { type Answered, fetchObject } from "./fetch.ts";
import { errorHeaders, errorPage, type PageError, pageError } from "./page.ts";
import { type Address, encodePath, type Redirection, routed, toAll } from "./redirect.ts";

export const websiteEndpoint: Endpoint = {
  hosts: ["{bucket+}.s3-website-{region}", "{bucket+}.s3-website.{region}"],
  paths: ["/_s3-website/{bucket}"],
  handle: async (request, labels, ctx) => {
    const nobody = ctx.as(anonymousPrincipal());
    const response = await answer(request, labels, nobody);
    return withIds(nobody, await withOrigin(request, labels.bucket ?? "", nobody, response));
  },
};

async function answer(
  request: HttpRequest,
  labels: Readonly<Record<string, string>>,
  ctx: Waiting,
): Promise<HttpResponse> {
  const { bucket = "", rest = "/" } = labels;
  const address: Address = {
    protocol: "http",
    host: request.headers.host ?? request.host,
    base: request.path.startsWith("/_s3-website/") ? `/_s3-website/${bucket}` : "",
  };
  try {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw s3Fault("MethodNotAllowed", { Method: request.method, ResourceType: "OBJECT" });
    }
    const website = await websiteOf(ctx, bucket);
    const key = decoded(rest.slice(1));
    const away = toAll(website, address, key) ?? routed(website, address, key, undefined);
    return away === undefined ? await page(request, ctx, { bucket, website, address, key }) : redirect(away);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return errorPage(pageError(error), idsOf(ctx));
  }
}

interface Visit {
  readonly bucket: string;
  readonly website: WebsiteConfiguration;
  readonly address: Address;
  readonly key: string;
}

async function page(request: HttpRequest, ctx: Waiting, visit: Visit): Promise<HttpResponse> {
  const { bucket, website, address, key } = visit;
  const index = website.IndexDocument?.Suffix ?? "";
  const wanted = key === "" || key.endsWith("/") ? key + index : key;
  const found = await fetchObject(ctx, bucket, wanted, request);
  if (found.kind === "object") return found.response;
  if (found.kind === "redirect") return redirect(found);
  // A folder without its slash is led to its index.
  if (wanted === key && (await isFolder(ctx, visit, index))) {
    return redirect({ status: 302, location: `${address.base}/${encodePath(key)}/` });
  }
  const { error } = found;
  const away = routed(website, address, key, error.status);
  return away === undefined ? errorAnswer(request, ctx, visit, error) : redirect(away);
}

async function isFolder(ctx: Waiting, { bucket, key }: Visit, index: string): Promise<boolean> {
  const found = await fetchObject(ctx, bucket, `${key}/${index}`, { method: "HEAD", headers: {} });
  return found.kind !== "error";
}

/** With the website's own document, where it has one and that can be read. */
async function errorAnswer(
  request: HttpRequest,
  ctx: Waiting,
  { bucket, website }: Visit,
  error: PageError,
): Promise<HttpResponse> {
  const document = website.ErrorDocument?.Key;
  if (document === undefined || error.status === 304) return errorPage(error, idsOf(ctx));
  const found: Answered = await fetchObject(ctx, bucket, document, { method: request.method, headers: {} });
  if (found.kind === "error") return errorPage(error, idsOf(ctx), found.error);
  if (found.kind === "redirect") return redirect(found);
  const headers = { ...found.response.headers, ...errorHeaders(error) };
  return { ...found.response, status: error.status, headers };
}

async function websiteOf(ctx: Waiting, name: string): Promise<WebsiteConfiguration> {
  return ctx.atomically(async (tx) => {
    const bucket = await tx.get(Bucket, name);
    if (bucket === undefined) throw s3Fault("NoSuchBucket", { BucketName: name });
    const website = await readConfiguration(tx, bucket, "website");
    if (website === undefined) throw s3Fault("NoSuchWebsiteConfiguration", { BucketName: name });
    return website;
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw s3Fault("InvalidURI", { URI: path });
  }
}

function redirect({ status, location }: Redirection): HttpResponse {
  return { status, headers: { location, "content-length": "0" } };
}

function idsOf(ctx: Waiting): { readonly RequestId: string; readonly HostId: string } {
  return { RequestId: ctx.requestId, HostId: hostId(ctx.requestId) };
}

function withIds(ctx: Waiting, response: HttpResponse): HttpResponse {
  const ids = { "x-amz-request-id": ctx.requestId, "x-amz-id-2": hostId(ctx.requestId) };
  return { ...response, headers: { ...response.headers, ...ids } };
}

async function withOrigin(
  request: HttpRequest,
  resource: string,
  ctx: Waiting,
  response: HttpResponse,
): Promise<HttpResponse> {
  const { origin } = request.headers;
  if (origin === undefined) return response;
  const question = { resource, origin, method: request.method, headers: [], preflight: false };
  const rules = await ctx.atomically((tx) => crossOrigin(question, tx));
  return rules === undefined ? response : { ...response, headers: { ...response.headers, ...rules.headers } };
}
