// S3 owns every path that nobody else claims, and its paths are the user's own
// words. It is therefore asked last, and only where a request can be S3's.

import type { Catalog } from "./catalog.ts";
import type { RestRouter } from "./rest.ts";
import { type NoRoute, noLabels, type Route, type RoutingRequest } from "./route.ts";

/** S3's own first. */
export const s3SigningNames: readonly string[] = ["s3", "s3express", "s3-outposts", "s3-object-lambda"];

export function isS3Signing(signingName: string): boolean {
  return s3SigningNames.includes(signingName);
}

/** Unsigned requests are S3's where the host is, or where the path can begin with a bucket's name. */
export function canBeS3({ request, host, signingName }: RoutingRequest): boolean {
  if (signingName !== undefined) return isS3Signing(signingName);
  if (host.service !== undefined) return host.service === "s3" || host.service === "s3-control";
  const end = request.path.indexOf("/", 1);
  const bucket = request.path.slice(1, end < 0 ? request.path.length : end);
  return bucket === "" || isBucketName(bucket);
}

/** The bucket in the address, where it can be S3's at all. */
export function addressedBucket({
  request,
  host,
}: Pick<RoutingRequest, "request" | "host">): string | undefined {
  if (host.bucket !== undefined) return host.bucket;
  if (host.service !== undefined && host.service !== "s3") return undefined;
  const end = request.path.indexOf("/", 1);
  const bucket = request.path.slice(1, end < 0 ? request.path.length : end);
  return isBucketName(bucket) ? bucket : undefined;
}

export function routeS3(catalog: Catalog, rest: RestRouter, routing: RoutingRequest): Route | NoRoute {
  const { request, host } = routing;
  const account = controlAccount(routing);
  if (account !== undefined) {
    const control = catalog.named("s3control");
    if (control !== undefined) return rest.route([control], routing, request.path);
  }
  const s3 = catalog.named("s3");
  if (s3 === undefined) return rest.route([], routing, request.path);
  const path = host.bucket === undefined ? request.path : `/${host.bucket}${request.path}`;
  if (listsDirectories(routing)) {
    const service = catalog.load(s3);
    const operation = service.operations.get("ListDirectoryBuckets");
    if (operation !== undefined) {
      return { kind: "route", service, operation, protocol: "rest-xml", labels: noLabels };
    }
  }
  const found = rest.route([s3], routing, path);
  if (found.kind === "route" || found.code !== "UnknownOperationException") return found;
  return {
    ...found,
    code: "MethodNotAllowed",
    status: 405,
    message: "The specified method is not allowed against this resource.",
  };
}

/** Only its signing name tells the list of directory buckets from that of the others. */
function listsDirectories({ request, host, signingName }: RoutingRequest): boolean {
  return signingName === "s3express" && request.path === "/" && host.bucket === undefined;
}

/**
 * S3 Control lives below `/v20180820/`, which could as well be a bucket; its
 * requests name the account in a header, which S3's never do.
 */
function controlAccount({ request, host }: RoutingRequest): string | undefined {
  if (host.service === "s3-control") return request.headers["x-amz-account-id"] ?? "";
  if (!request.path.startsWith("/v20180820/")) return undefined;
  return request.headers["x-amz-account-id"];
}

/** 3 to 63 (formerly 255) letters, digits, dots, hyphens and underscores. */
function isBucketName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/.test(text);
}
