// Manifests of a repository, by tag or digest.

import { Fault } from "../../../core/fault.ts";
import type { HttpResponse } from "../../../core/http.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { digestOf } from "../images/manifest.ts";
import { isDigest } from "../layers/layer.ts";
import { ecr } from "../model.ts";
import { empty, notAllowed, refusal } from "./answer.ts";
import type { RegistryRequest } from "./request.ts";

const longestManifest = 4 * 1024 * 1024;

const idOf = (reference: string) =>
  isDigest(reference) ? { imageDigest: reference } : { imageTag: reference };

export function manifest(asked: RegistryRequest): Promise<HttpResponse> {
  switch (asked.request.method) {
    case "HEAD":
    case "GET":
      return show(asked);
    case "PUT":
      return put(asked);
    case "DELETE":
      return remove(asked);
    default:
      return Promise.resolve(notAllowed());
  }
}

async function show({ request, ctx, name, reference }: RegistryRequest): Promise<HttpResponse> {
  const { images = [] } = await ctx.call(ecr, "BatchGetImage", {
    registryId: ctx.account,
    repositoryName: name,
    imageIds: [idOf(reference)],
  });
  const [image] = images;
  if (image === undefined) return unknown(reference, name);
  const { imageManifest = "", imageManifestMediaType = "", imageId } = image;
  const answer = empty(200, {
    "content-type": imageManifestMediaType,
    "content-length": String(Buffer.byteLength(imageManifest)),
    "docker-content-digest": imageId?.imageDigest ?? "",
  });
  return request.method === "HEAD" ? answer : { ...answer, body: imageManifest };
}

async function put({ request, ctx, name, reference }: RegistryRequest): Promise<HttpResponse> {
  const imageManifest = await textOf(request.body);
  if (imageManifest === undefined) return refusal(413, "SIZE_INVALID", "The manifest is too long.");
  const { imageTag, imageDigest } = { imageTag: undefined, imageDigest: undefined, ...idOf(reference) };
  const computed = digestOf(imageManifest);
  try {
    await ctx.call(ecr, "PutImage", {
      registryId: ctx.account,
      repositoryName: name,
      imageManifest,
      imageManifestMediaType: request.headers["content-type"],
      imageTag,
      imageDigest,
    });
  } catch (error) {
    // To push again what is there is no error.
    if (!(error instanceof Fault) || error.code !== "ImageAlreadyExistsException") throw error;
  }
  return empty(201, { location: `/v2/${name}/manifests/${computed}`, "docker-content-digest": computed });
}

async function remove({ ctx, name, reference }: RegistryRequest): Promise<HttpResponse> {
  const { failures = [] } = await ctx.call(ecr, "BatchDeleteImage", {
    registryId: ctx.account,
    repositoryName: name,
    imageIds: [idOf(reference)],
  });
  const [failure] = failures;
  if (failure === undefined) return empty(202);
  if (failure.failureCode === "ImageNotFound") return unknown(reference, name);
  return refusal(409, "DENIED", failure.failureReason ?? "");
}

function unknown(reference: string, name: string): HttpResponse {
  return refusal(404, "MANIFEST_UNKNOWN", `Requested image ${reference} not found in ${name}.`);
}

/** Undefined where it is too long. */
async function textOf(body: Uint8Array | ByteStream): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    size += chunk.length;
    if (size > longestManifest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
