// Requests for the codecs' tests, without a socket.

import type { HttpRequest } from "../../core/http.ts";

export function testRequest(options: {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}): HttpRequest {
  const { method = "POST", path = "/", query = "", headers = {}, body = "" } = options;
  return {
    method,
    path,
    query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawHeaders: Object.entries(headers).flat(),
    host: "localhost",
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    remoteAddress: "127.0.0.1",
    signal: new AbortController().signal,
  };
}
