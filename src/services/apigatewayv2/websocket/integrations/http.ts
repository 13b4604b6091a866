// The integrations HTTP_PROXY and HTTP: the endpoint is asked, and its answer
// is the integration's.

import { WebError } from "../../../../core/ports/web.ts";
import type { Waiting } from "../../../../core/waiting.ts";
import { internalError } from "../failure.ts";
import type { IntegrationAnswer } from "./answer.ts";
import type { MappedRequest } from "./mapping.ts";

const largestAnswerBytes = 10 * 1024 * 1024;

export async function askEndpoint(
  ctx: Waiting,
  method: string,
  url: string,
  request: MappedRequest,
  timeoutMilliseconds: number,
): Promise<IntegrationAnswer> {
  try {
    const { status, headers, body } = await ctx.fetch({
      method: method === "ANY" ? "POST" : method,
      url: addressOf(url, request),
      headers: { "content-type": "application/json", ...request.headers },
      ...(method === "GET" || method === "HEAD" ? {} : { body: request.body }),
      maximumBodyBytes: largestAnswerBytes,
      timeoutMilliseconds,
    });
    return { status, headers, body: Buffer.from(body) };
  } catch (error) {
    if (error instanceof WebError || error instanceof TypeError) throw internalError(502);
    throw error;
  }
}

/** Throws a `TypeError` where it is no address. */
function addressOf(url: string, { path, query }: MappedRequest): string {
  const filled = url.replace(/\{(\w+)\}/g, (all, name: string) =>
    path[name] === undefined ? all : encodeURIComponent(path[name]),
  );
  const address = new URL(filled);
  for (const [name, value] of query) address.searchParams.append(name, value);
  return address.href;
}
