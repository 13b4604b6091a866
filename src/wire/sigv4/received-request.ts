// A request as the front would have received it, made by hand for tests.

import type { HttpRequest } from "../../core/http.ts";

export function receivedRequest(
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[],
  body = "",
): HttpRequest {
  const merged: Record<string, string> = {};
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    merged[lower] = merged[lower] === undefined ? value : `${merged[lower]}, ${value}`;
  }
  const [path = "/", query = ""] = target.split("?");
  return {
    method,
    path,
    query,
    headers: merged,
    rawHeaders: headers.flat(),
    host: merged.host ?? "",
    body: Buffer.from(body),
    remoteAddress: "127.0.0.1",
    signal: new AbortController().signal,
  };
}
