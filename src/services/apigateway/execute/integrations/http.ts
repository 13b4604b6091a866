// HTTP endpoints behind methods: HTTP sends what mappings and templates make,
// HTTP_PROXY the request as it came.

import { WebError, type WebResponse } from "../../../../core/ports/web.ts";
import { type Answer, clientHeader, headerText, isHeaderName } from "../answer/answer.ts";
import type { IntegrationResult } from "../answer/integration-response.ts";
import { internalError, Refusal } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { type IntegrationRequest, integrationRequest } from "../request/integration-request.ts";
import { timedOut } from "./lambda.ts";
import { noteFailure, noteOutcome } from "./outcome.ts";
import { forwardedHeaders } from "./proxy-event.ts";
import { withStageVariables } from "./stage-variables.ts";
import { queryText, withPathParameters } from "./uri.ts";

const largestAnswer = 10 * 1024 * 1024;

export async function httpProxy(exchange: Exchange, integration: CompiledIntegration): Promise<Answer> {
  const mapped = integrationRequest(exchange, integration);
  const query = [...exchange.request.query].filter(([name]) => !Object.hasOwn(mapped.query, name));
  const response = await sent(exchange, integration, {
    ...mapped,
    path: { ...exchange.route?.pathParameters, ...mapped.path },
    query: { ...Object.fromEntries(query), ...mapped.query },
    headers: { ...passedHeaders(exchange), ...lowered(mapped.headers) },
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    const shown = clientHeader(name);
    if (shown !== undefined) headers[shown] = value;
  }
  const cookies = response.cookies === undefined ? {} : { "set-cookie": response.cookies };
  const body = response.stream ?? response.body;
  return { status: response.status, headers: { ...headers, ...cookies }, body };
}

export async function httpResult(
  exchange: Exchange,
  integration: CompiledIntegration,
  request: IntegrationRequest,
): Promise<IntegrationResult> {
  const own = {
    accept: "application/json",
    "content-type": request.contentType,
    "user-agent": `AmazonAPIGateway_${exchange.api.snapshot.api.id}`,
    "x-amzn-apigateway-api-id": exchange.api.snapshot.api.id,
    "x-amzn-trace-id": exchange.trace,
  };
  const { status, headers, body } = await sent(exchange, integration, {
    ...request,
    headers: { ...own, ...lowered(request.headers) },
  });
  const many = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return { selector: String(status), status, headers: Object.fromEntries(many), body: Buffer.from(body) };
}

type Headers = Record<string, string | readonly string[]>;

const lowered = (headers: Readonly<Headers>): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** What belongs to the connection is not passed on. */
const ownToConnection = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
]);

function passedHeaders(exchange: Exchange): Headers {
  const passed: Headers = {};
  for (const [name, values] of forwardedHeaders(exchange)) {
    const key = name.toLowerCase();
    if (!ownToConnection.has(key)) passed[key] = values.join(", ");
  }
  return { ...passed, "x-amzn-apigateway-api-id": exchange.api.snapshot.api.id };
}

async function sent(
  exchange: Exchange,
  { state }: CompiledIntegration,
  request: Pick<IntegrationRequest, "path" | "query" | "headers" | "body">,
): Promise<WebResponse> {
  const { ctx, log, stage } = exchange;
  const address = withPathParameters(withStageVariables(state.uri ?? "", stage.variables), request.path);
  const query = queryText(request.query);
  const url = query === "" ? address : `${address}${address.includes("?") ? "&" : "?"}${query}`;
  const method =
    state.httpMethod === "ANY" || state.httpMethod === undefined ? exchange.request.method : state.httpMethod;
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => isHeaderName(name))
      .map(([name, value]) => [name, headerText(String(value))]),
  );
  log.info(`Sending request to ${url}`);
  const began = ctx.now();
  try {
    const response = await ctx.fetch({
      method,
      url,
      headers,
      ...(request.body.length === 0 ? {} : { body: request.body }),
      timeoutMilliseconds: state.timeoutInMillis ?? 29_000,
      maximumBodyBytes: largestAnswer,
      streams: state.responseTransferMode === "STREAM",
    });
    noteOutcome(exchange, { status: response.status });
    log.info(`Received response. Status: ${response.status}, Integration latency: ${ctx.now() - began} ms`);
    return response;
  } catch (error) {
    if (!(error instanceof WebError)) throw error;
    noteFailure(
      exchange,
      `Execution failed due to a network error communicating with endpoint: ${error.message}`,
    );
    if (error.failure === "timeout") throw timedOut();
    if (error.failure === "address") throw internalError();
    throw new Refusal("INTEGRATION_FAILURE", "Network error communicating with endpoint");
  } finally {
    noteOutcome(exchange, { latency: ctx.now() - began });
  }
}
