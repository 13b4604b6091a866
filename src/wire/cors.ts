// What pages in a browser may do. The user's own machine is trusted, the pages
// its browser shows are not: only loopback and configured origins get an answer.

import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { isLoopbackName, nameOf } from "./hosts.ts";

type Headers = Readonly<Record<string, string>>;

const exposed = [
  "x-amzn-requestid",
  "x-amz-request-id",
  "x-amz-id-2",
  "x-amzn-errortype",
  "x-amzn-query-error",
  "x-amzn-trace-id",
  "x-amz-function-error",
  "x-amz-log-result",
  "x-amz-executed-version",
  "x-amz-version-id",
  "x-amz-delete-marker",
  "x-amz-server-side-encryption",
  "x-amz-checksum-crc32",
  "x-amz-checksum-crc32c",
  "x-amz-checksum-crc64nvme",
  "x-amz-checksum-sha1",
  "x-amz-checksum-sha256",
  "etag",
  "content-length",
  "content-range",
  "last-modified",
  "location",
  "date",
].join(", ");

export class BrowserOrigins {
  readonly #allowed: ReadonlySet<string>;

  /** Origins as browsers send them, `https://console.example.com`; `*` for all. */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed.map((each) => each.toLowerCase()));
  }

  allows(origin: string): boolean {
    const lower = origin.toLowerCase();
    if (this.#allowed.has("*") || this.#allowed.has(lower)) return true;
    const after = lower.indexOf("://");
    // `null` is the origin of files and sandboxed frames, which anybody can make.
    return after >= 0 && isLoopbackName(nameOf(lower.slice(after + 3)));
  }

  /**
   * Whether a browser sent this from a page that is not allowed. Images, forms
   * and links carry no `Origin`, but every current browser says where a request
   * comes from.
   */
  isForeign(headers: Headers): boolean {
    const origin = headers.origin;
    if (origin !== undefined) return !this.allows(origin);
    return headers["sec-fetch-site"] === "cross-site";
  }
}

export function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === "OPTIONS" &&
    request.headers.origin !== undefined &&
    request.headers["access-control-request-method"] !== undefined
  );
}

/** The answer to a preflight of an allowed origin: whatever header is asked for, an SDK needs it. */
export function preflightResponse(request: HttpRequest): HttpResponse {
  const headers: Record<string, string> = {
    ...corsHeaders(request.headers.origin!),
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-max-age": "600",
  };
  const asked = request.headers["access-control-request-headers"];
  if (asked !== undefined) headers["access-control-allow-headers"] = asked;
  if (request.headers["access-control-request-private-network"] === "true") {
    headers["access-control-allow-private-network"] = "true";
  }
  return { status: 204, headers };
}

/** What every answer to an allowed origin carries. */
export function corsHeaders(origin: string): Headers {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposed,
    vary: "Origin",
  };
}
