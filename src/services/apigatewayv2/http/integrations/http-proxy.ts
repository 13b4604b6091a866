// HTTP_PROXY: the request goes on to another server, and its answer back.

import { WebError } from "../../../../core/ports/web.ts";
import type { IntegrationState } from "../../records/parts.ts";
import { type Answer, internalError, Refusal, unavailable } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import { changeRequest, type OutgoingRequest } from "../mapping/changes.ts";
import { withStageVariables } from "../mapping/stage-variables.ts";

const defaultTimeout = 30_000;
const largestResponseBytes = 10_485_760;

/** What belongs to one connection and not to the message. */
const hopByHop = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export async function forwardHttp(exchange: Exchange, integration: IntegrationState): Promise<Answer> {
  if (integration.ConnectionType === "VPC_LINK") {
    // There are no VPCs to reach: said by name, so that nobody looks for the fault elsewhere.
    throw new Refusal(
      501,
      "Cumulet does not implement integrations through VPC links yet.",
      "INTEGRATION_FAILURE",
    );
  }
  const { ctx, request } = exchange;
  const outgoing = outgoingRequest(exchange, integration);
  const method = integration.IntegrationMethod ?? "ANY";
  try {
    const response = await ctx.fetch({
      method: method === "ANY" ? request.method : method,
      url: addressOf(exchange, integration, outgoing),
      headers: outgoing.headers,
      ...(request.body.length === 0 ? {} : { body: request.body }),
      timeoutMilliseconds: integration.TimeoutInMillis ?? defaultTimeout,
      maximumBodyBytes: largestResponseBytes,
    });
    exchange.integrationStatus = response.status;
    return {
      status: response.status,
      headers: answerHeaders(response.headers, response.cookies),
      body: response.body,
    };
  } catch (error) {
    if (!(error instanceof WebError)) throw error;
    exchange.integrationError = error.message;
    throw unavailable();
  } finally {
    exchange.integrationLatency = ctx.now() - exchange.startedAt;
  }
}

function outgoingRequest(exchange: Exchange, integration: IntegrationState): OutgoingRequest {
  const { request, ctx } = exchange;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!hopByHop.has(name)) headers[name] = value;
  }
  const { remoteAddress } = request.http;
  const proto = request.headers["x-forwarded-proto"] ?? "http";
  headers.forwarded = `by=127.0.0.1;for=${remoteAddress};host=${request.headers.host ?? request.domainName};proto=${proto}`;
  headers.via = "HTTP/1.1 AmazonAPIGateway";
  if (ctx.traceHeader !== undefined) headers["x-amzn-trace-id"] = ctx.traceHeader;
  const outgoing: OutgoingRequest = { headers, query: [...request.query], path: undefined };
  changeRequest(integration.RequestParameters ?? {}, exchange, outgoing);
  return outgoing;
}

/** The integration's own address, its variables filled in, and the request's query behind its own. */
function addressOf(exchange: Exchange, integration: IntegrationState, outgoing: OutgoingRequest): string {
  const { served, pathParameters } = exchange;
  const uri = withStageVariables(integration.IntegrationUri ?? "", served.stage.StageVariables);
  const filled = uri.replace(/\{([\w.:-]+)\+?\}/g, (all, name: string) => {
    const value = pathParameters[name];
    if (value === undefined) return all;
    const segments = value.split("/");
    // A client must not climb out of the path that the integration's owner wrote.
    if (segments.some((each) => each === "." || each === "..")) {
      throw new Refusal(400, "Bad Request", "BAD_REQUEST_PARAMETERS");
    }
    return segments.map(encodeURIComponent).join("/");
  });
  const [address = "", ownQuery = ""] = filled.split("?");
  const written = address.replace(/[{}]/g, encodeURIComponent);
  if (!URL.canParse(written)) {
    exchange.integrationError = `Not an HTTP address: ${written}`;
    throw internalError();
  }
  const url = new URL(written);
  if (outgoing.path !== undefined) {
    url.pathname = outgoing.path.startsWith("/") ? outgoing.path : `/${outgoing.path}`;
  }
  const query = new URLSearchParams(ownQuery);
  for (const [name, value] of outgoing.query) query.append(name, value);
  url.search = query.toString();
  return url.href;
}

function answerHeaders(
  given: Readonly<Record<string, string>>,
  cookies: readonly string[] | undefined,
): Answer["headers"] {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!hopByHop.has(name) && name !== "set-cookie") headers[name] = value;
  }
  if (cookies !== undefined && cookies.length > 0) headers["set-cookie"] = cookies;
  return headers;
}
