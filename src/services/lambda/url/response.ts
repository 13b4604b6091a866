// From what a function returned to the HTTP response that its URL gives.

import { splitHead } from "../../../base/streamed-head.ts";
import type { HttpResponse } from "../../../core/http.ts";
import type { ByteStream } from "../../../model/shapes.ts";

type Headers = Record<string, string | readonly string[]>;

interface Prelude {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
}

export const internalError: HttpResponse = {
  status: 502,
  headers: { "content-type": "application/json" },
  body: "Internal Server Error",
};

/**
 * A buffered response. With a `statusCode` the value describes the response;
 * without one it is the body of a 200, as JSON, or as it is if it is a string.
 */
export function bufferedResponse(payload: Uint8Array): HttpResponse {
  const text = Buffer.from(payload).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return internalError;
  }
  if (typeof value !== "object" || value === null || !("statusCode" in value)) {
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: typeof value === "string" ? value : text,
    };
  }
  const { body, isBase64Encoded } = value as { readonly body?: unknown; readonly isBase64Encoded?: unknown };
  const head = responseHead(value, "application/json");
  if (head === undefined) return internalError;
  if (body === undefined || body === null) return { ...head, body: "" };
  if (typeof body !== "string") return { ...head, body: JSON.stringify(body) };
  return { ...head, body: isBase64Encoded === true ? Buffer.from(body, "base64") : body };
}

/** Undefined where the function's status is none. */
function responseHead(prelude: Prelude, contentType: string): Omit<HttpResponse, "body"> | undefined {
  const status = prelude.statusCode === undefined ? 200 : Number(prelude.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const headers: Headers = {};
  for (const [name, value] of Object.entries((prelude.headers ?? {}) as object)) {
    if (hopByHop.has(name.toLowerCase()) || value === undefined || value === null) continue;
    headers[name.toLowerCase()] = Array.isArray(value) ? value.map(String) : String(value);
  }
  headers["content-type"] ??= contentType;
  if (Array.isArray(prelude.cookies) && prelude.cookies.length > 0) {
    headers["set-cookie"] = prelude.cookies.map(String);
  }
  return { status, headers };
}

/** What belongs to the connection is the server's to set. */
const hopByHop = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

const preludeType = "application/vnd.awslambda.http-integration-response";

/** A streamed response, its head from the prelude that `HttpResponseStream` writes, where there is one. */
export async function streamedResponse(
  payload: Uint8Array | ByteStream,
  contentType: string | undefined,
): Promise<HttpResponse> {
  const stream = payload instanceof Uint8Array ? once(payload) : payload;
  if (contentType !== preludeType) {
    const type =
      contentType ?? (payload instanceof Uint8Array ? "application/json" : "application/octet-stream");
    return { status: 200, headers: { "content-type": type }, body: stream };
  }
  const answer = await splitHead(stream);
  if (answer === undefined) return internalError;
  let prelude: Prelude;
  try {
    prelude = JSON.parse(answer.head);
  } catch {
    return internalError;
  }
  const head = responseHead(prelude, "application/octet-stream");
  if (head === undefined) return internalError;
  return { ...head, body: answer.body };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}
